package dev.milena.node.directory;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process off a directory: an exclusive lock on the file {@code .lock} in it.
 *
 * <p>The operating system lets go of it when the process ends, however it ends. The file holds the
 * process id, to tell a person who it is; the lock is what counts.
 */
final class DirectoryLock implements AutoCloseable {
  /** The file's name; Kafka's too, so that a running Kafka is noticed. */
  static final String FILE = ".lock";

  private final FileChannel channel;
  private final FileLock lock;

  private DirectoryLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes it.
   *
   * @param names what to call the setting that names another directory
   */
  static DirectoryLock take(Path directory, SettingNames names) throws IOException, CannotStart {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new CannotStart(
            ExitCode.STORAGE,
            "data directory %s is in use by another process%s; stop it, or name another directory with %s"
                .formatted(directory, holder(channel), names.dataDirectory()));
      }
      write(channel, Long.toString(ProcessHandle.current().pid()));
      taken = true;
      return new DirectoryLock(channel, lock);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisVeryProcess) {
      return null;
    }
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.truncate(0);
    ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The process that the file names, in words that follow "another process"; may be nothing. */
  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    channel.read(bytes, 0);
    String text = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
    return text.matches("\\d{1,18}") ? " (process " + text + ")" : "";
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
