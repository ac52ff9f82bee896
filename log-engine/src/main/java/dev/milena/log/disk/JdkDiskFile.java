package dev.milena.log.disk;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A FileChannel that survives interrupts. The JDK closes a FileChannel under every thread when one
 * of them is interrupted inside it; one cancelled fetch would take the partition's log down. So an
 * operation that finds the channel closed by an interrupt opens the file again and repeats itself,
 * and the interrupt is kept for whoever looks for it.
 *
 * <p>Opening again is safe for the meaning of {@link #sync}: bytes written before lie in the page
 * cache of the same inode, and Linux reports a write-back error that nobody has seen yet to the
 * next descriptor that syncs (errseq_t, since 4.17). It needs the file's name, so a file that was
 * renamed or deleted meanwhile answers with the failure of the open.
 */
@OwnedBy(Owner.ANY_THREAD)
final class JdkDiskFile implements DiskFile {
  /** An interrupt storm is somebody's bug; it must not become an endless loop here. */
  private static final int MOST_ATTEMPTS = 100;

  private final Path path;
  private volatile FileChannel channel;
  private volatile boolean closed;

  JdkDiskFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    int from = source.position();
    try {
      return channel.write(source, position);
    } catch (ClosedChannelException interrupted) {
      return (int) again(interrupted, fresh -> fresh.write(source.position(from), position));
    } catch (IOException failure) {
      throw JdkDisk.named(path, failure);
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int from = target.position();
    try {
      return channel.read(target, position);
    } catch (ClosedChannelException interrupted) {
      return (int) again(interrupted, fresh -> fresh.read(target.position(from), position));
    } catch (IOException failure) {
      throw JdkDisk.named(path, failure);
    }
  }

  @Override
  public long sizeInBytes() throws IOException {
    try {
      return channel.size();
    } catch (ClosedChannelException interrupted) {
      return again(interrupted, FileChannel::size);
    }
  }

  @Override
  public void truncate(long sizeInBytes) throws IOException {
    try {
      channel.truncate(sizeInBytes);
    } catch (ClosedChannelException interrupted) {
      again(interrupted, fresh -> fresh.truncate(sizeInBytes).size());
    } catch (IOException failure) {
      throw JdkDisk.named(path, failure);
    }
  }

  @Override
  public void sync() throws IOException {
    try {
      channel.force(false);
    } catch (ClosedChannelException interrupted) {
      again(
          interrupted,
          fresh -> {
            fresh.force(false);
            return 0;
          });
    } catch (IOException failure) {
      throw JdkDisk.named(path, failure);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private long again(ClosedChannelException cause, Operation operation) throws IOException {
    return again(cause, operation, MOST_ATTEMPTS);
  }

  private long again(ClosedChannelException cause, Operation operation, int attempts)
      throws IOException {
    if (attempts == 0) {
      throw new IOException(path + ": interrupted " + MOST_ATTEMPTS + " times in a row", cause);
    }
    boolean interrupted = Thread.interrupted();
    try {
      return operation.on(reopened(cause));
    } catch (ClosedChannelException once) {
      if (closed) {
        throw once;
      }
      return again(cause, operation, attempts - 1);
    } catch (IOException failure) {
      throw JdkDisk.named(path, failure);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized FileChannel reopened(ClosedChannelException cause) throws IOException {
    if (closed) {
      throw cause;
    }
    if (!channel.isOpen()) {
      channel = JdkDisk.openChannel(path);
    }
    return channel;
  }

  /** One operation on whatever channel is open now; the answer is a count or a size in bytes. */
  private interface Operation {
    long on(FileChannel channel) throws IOException;
  }
}
