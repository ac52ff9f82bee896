package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of no meaning that a log directory holds on to, so that a full device can be made room on:
 * no segment may be deleted before a checkpoint says so, and a checkpoint is a new file.
 *
 * <pre>
 *   whole      the checkpoint fits in and 64 KiB besides; the logs take appends
 *   given up   deleted, so that the one small file can be written; the logs take no appends
 *              until it is whole again
 * </pre>
 *
 * <p>What is given up must not go to an append that is under way on another thread. So whoever
 * writes to a log asks {@link #requireWhole} afterwards too, and takes back what he wrote when the
 * answer is no: what was written while it was whole cannot lie where it was.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Reserve {
  static final String NAME = "milena.reserve";

  /** It is a multiple of this, and at least twice this, in bytes. */
  static final int STEP_BYTES = 64 << 10;

  /** What it leaves to others, in bytes: it is not made of the last blocks of a device. */
  static final int SPARE_BYTES = 4 << 10;

  private static final Logger log = LoggerFactory.getLogger(Reserve.class);

  private final Disk disk;
  private final Path root;
  private final Path path;
  private long sizeInBytes;
  private boolean missed;
  private volatile boolean whole;

  /** Looks at what an earlier run left; {@link #make} decides whether it is enough. */
  Reserve(Disk disk, Path root) throws IOException {
    this.disk = disk;
    this.root = root;
    this.path = root.resolve(NAME);
    this.sizeInBytes = disk.exists(path) ? disk.sizeInBytes(path) : 0;
  }

  /** A change that needs a little room on the device. It may be made twice. */
  interface Change {
    void make() throws IOException;
  }

  /**
   * Refuses while the reserve is given up.
   *
   * @throws NoSpaceException which says so
   */
  void requireWhole() throws NoSpaceException {
    if (!whole) {
      throw new NoSpaceException(path + ": the room kept back for deleting could not be written");
    }
  }

  /** Makes a change, if need be in the room of the reserve, which {@link #make} brings back. */
  void spend(Change change) throws IOException {
    try {
      change.make();
    } catch (IOException failure) {
      if (!WholeIo.isNoSpace(failure) || !giveUp()) {
        throw failure;
      }
      change.make();
    }
  }

  /**
   * Makes it whole if there is room, and some to spare.
   *
   * @param checkpointBytes how large the checkpoint is now, by far the largest of the small files
   */
  synchronized void make(long checkpointBytes) throws IOException {
    long wantedBytes = (checkpointBytes / STEP_BYTES + 2) * STEP_BYTES;
    if (sizeInBytes < wantedBytes) {
      if (disk.usableBytes(root) < wantedBytes + SPARE_BYTES) {
        // Trying would take what is left from whoever else writes, only to give it back.
        whole = false;
        sayMissing(wantedBytes);
        return;
      }
      try {
        // Its name need not last: who finds none after a power cut makes it anew.
        WholeIo.replace(disk, path, file -> fill(file, wantedBytes));
      } catch (IOException failure) {
        whole = false;
        if (WholeIo.isNoSpace(failure)) {
          sayMissing(wantedBytes);
          return;
        }
        throw failure;
      }
      sizeInBytes = wantedBytes;
    }
    whole = true;
    if (missed) {
      missed = false;
      log.atInfo().addKeyValue("directory", root).log("has its reserve again and takes appends");
    }
  }

  /** Once, not each second: a person must find out why nothing can be written. */
  private void sayMissing(long wantedBytes) {
    if (!missed) {
      missed = true;
      log.atWarn()
          .addKeyValue("directory", root)
          .addKeyValue("wantedBytes", wantedBytes)
          .log("takes no appends until there is room for its reserve again: free some space");
    }
  }

  /** Bytes that no file system can keep in fewer, and that were all on the device once. */
  private static void fill(DiskFile file, long bytes) throws IOException {
    byte[] some = new byte[STEP_BYTES];
    SplittableRandom noise = new SplittableRandom(bytes);
    for (long at = 0; at < bytes; at += STEP_BYTES) {
      noise.nextBytes(some);
      WholeIo.writeFully(file, ByteBuffer.wrap(some), at);
    }
  }

  /** Whether there was something to give up. */
  private synchronized boolean giveUp() throws IOException {
    if (sizeInBytes == 0) {
      return false;
    }
    whole = false;
    disk.delete(path);
    sizeInBytes = 0;
    // Some file systems let others have the blocks only after that.
    WholeIo.syncDirectory(disk, root);
    return true;
  }
}
