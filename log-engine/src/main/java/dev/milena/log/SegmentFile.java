package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handle of one segment's bytes, counted: open while somebody holds a lease, closed with the
 * last one, so that thousands of old segments cost no file descriptors.
 *
 * <p>The loop leases and never opens; whoever reads, opens. Before a file loses its name, {@link
 * #keepReadable} opens it for the leases that exist, since by name it could not be found any more.
 *
 * <p>A truncation replaces this object by a new one over the same file and marks the old one, so
 * that a reader who holds a lease learns that its bytes may be other bytes by now.
 */
@OwnedBy(Owner.ANY_THREAD)
final class SegmentFile {
  private static final Logger log = LoggerFactory.getLogger(SegmentFile.class);

  private final Disk disk;
  private final Path path;
  private final AtomicInteger leases = new AtomicInteger();
  private volatile SyncGate gate = new SyncGate();
  private @Nullable DiskFile file;
  private volatile boolean nameless;
  private volatile long validEnd = Long.MAX_VALUE;
  private volatile @Nullable SegmentFile successor;

  SegmentFile(Disk disk, Path path) {
    this.disk = disk;
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Takes a lease; never waits for the disk. */
  SegmentFile lease() {
    leases.incrementAndGet();
    return this;
  }

  /** Takes a lease and the handle of a file that was just created. */
  SegmentFile leaseOpened(DiskFile opened) {
    leases.incrementAndGet();
    synchronized (this) {
      file = opened;
    }
    return this;
  }

  /** The open file; the caller holds a lease. */
  synchronized DiskFile file() throws IOException {
    DiskFile current = file;
    if (current == null) {
      current = disk.open(path);
      file = current;
    }
    return current;
  }

  /**
   * Has everything written so far on the device; the caller holds a lease. Waits for the disk, and
   * for another sync of this file.
   *
   * @throws SyncFailed finally
   */
  void sync() throws IOException {
    gate.sync(file());
  }

  /** Gives a lease back. */
  void release() {
    int left = leases.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException(path + " was released more often than leased");
    }
    if (left == 0) {
      closeIfIdle();
    }
  }

  /** Called before the file's name goes away, when no new lease can be taken any more. */
  void keepReadable() throws IOException {
    nameless = true;
    if (leases.get() > 0) {
      file();
      // The last lease may have gone while the file was being opened.
      if (leases.get() == 0) {
        closeIfIdle();
      }
    }
  }

  /** Whether the file's name is gone, or about to go: what is beside it cannot be found. */
  boolean isNameless() {
    return nameless;
  }

  /**
   * Marks that everything from a byte position on is about to be cut.
   *
   * @param heir the handle for what comes after, over the same file; this one when there is none
   */
  void cut(long position, SegmentFile heir) {
    if (heir != this) {
      successor = heir;
      heir.gate = gate;
    }
    validEnd = Math.min(validEnd, position);
  }

  /**
   * Says whether bytes in front of a position are still those that were leased. Ask it after
   * reading: the mark is set before the first byte changes.
   */
  void checkUncut(long end) throws SliceTruncated {
    SegmentFile at = this;
    while (at != null) {
      if (end > at.validEnd) {
        throw new SliceTruncated(path.toString(), end);
      }
      at = at.successor;
    }
  }

  private synchronized void closeIfIdle() {
    DiskFile current = file;
    if (current == null || leases.get() > 0) {
      return;
    }
    file = null;
    try {
      current.close();
    } catch (IOException failure) {
      // Nothing is lost: whatever mattered was synced before. The descriptor may leak.
      log.atWarn()
          .addKeyValue("file", path)
          .addKeyValue("reason", failure.getMessage())
          .log("could not close a segment");
    }
  }
}
