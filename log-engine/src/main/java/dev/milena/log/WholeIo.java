package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.NoSpaceException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Whole reads and writes over a disk that may answer with part of them, syncs that are final, and
 * files that are replaced as a whole.
 */
final class WholeIo {
  static final String TEMPORARY = ".tmp";

  private WholeIo() {}

  /** Writes all that remains, however many calls it takes. */
  static void writeFully(DiskFile file, ByteBuffer source, long position) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      int written = file.write(source, at);
      if (written <= 0) {
        throw new NoSpaceException(file + ": the device took no byte at " + at);
      }
      at += written;
    }
  }

  /** Fills the buffer or fails. */
  static void readFully(DiskFile file, ByteBuffer target, long position) throws IOException {
    if (read(file, target, position) < 0 || target.hasRemaining()) {
      throw new EOFException(file + ": ends before " + target.remaining() + " more bytes");
    }
  }

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @return bytes read; -1 when the file ends at or before the position
   */
  static int read(DiskFile file, ByteBuffer target, long position) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int got = file.read(target, position + total);
      if (got < 0) {
        return total == 0 ? -1 : total;
      }
      total += got;
    }
    return total;
  }

  /** Whether a failure says that the device is full; a sync may be the first to notice. */
  static boolean isNoSpace(IOException failure) {
    return failure instanceof NoSpaceException || failure.getCause() instanceof NoSpaceException;
  }

  /** Deletes a new file that could not be written: others need what the device took of it. */
  static void giveBack(Disk disk, Path file, IOException failure) {
    try {
      disk.delete(file);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }

  /** What a file is to hold. */
  interface Content {
    /** Writes all of it to a new file; the sync is not its affair. */
    void writeTo(DiskFile file) throws IOException;
  }

  /** Where the next content of a file is written before it takes its name. */
  static Path temporary(Path path) {
    return path.resolveSibling(path.getFileName() + TEMPORARY);
  }

  /**
   * Gives a file another content as a whole, or makes it: writes NAME.tmp, syncs it, and renames it
   * over NAME. A power cut leaves the old content or the new one; the new one for good once the
   * caller has synced the folder. What a failure leaves of NAME.tmp is given back.
   *
   * @throws NoSpaceException when the device is full: it may be made again
   * @throws IOException for everything else
   */
  static void replace(Disk disk, Path path, Content content) throws IOException {
    Path temporary = temporary(path);
    disk.delete(temporary);
    try {
      try (DiskFile file = disk.create(temporary)) {
        content.writeTo(file);
        syncNew(file);
      }
      disk.rename(temporary, path);
    } catch (IOException failure) {
      giveBack(disk, temporary, failure);
      throw failure;
    }
  }

  /** What a failure says. */
  static String words(IOException failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** Syncs records: whatever fails is final. */
  static void sync(DiskFile file) throws SyncFailed {
    try {
      file.sync();
    } catch (IOException failure) {
      throw new SyncFailed(failure);
    }
  }

  /**
   * Syncs a new file that nothing relies on yet.
   *
   * @throws NoSpaceException when the device is full, which costs this file alone: it may be
   *     written again from its beginning
   * @throws SyncFailed for everything else
   */
  static void syncNew(DiskFile file) throws IOException {
    try {
      file.sync();
    } catch (NoSpaceException full) {
      throw full;
    } catch (IOException failure) {
      throw new SyncFailed(failure);
    }
  }

  /**
   * Makes the names in a folder survive a power cut.
   *
   * @throws NoSpaceException when the device is full: what was changed may survive or not
   * @throws SyncFailed for everything else
   */
  static void syncDirectory(Disk disk, Path folder) throws IOException {
    try {
      disk.syncDirectory(folder);
    } catch (NoSpaceException full) {
      throw full;
    } catch (IOException failure) {
      throw new SyncFailed(failure);
    }
  }
}
