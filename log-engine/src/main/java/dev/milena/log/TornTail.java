package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Tells a torn tail, which is cut, from damage, which is reported (invariant I13).
 *
 * <p>The checkpoint of flushed ends is a little old after a crash, so bytes behind it may have been
 * acknowledged. What a power cut takes is missing: the file ends inside the batch, or sectors of it
 * read as zeros, since a log is only ever written at its end and a cut of it is synced before new
 * bytes follow. Bytes that are all there and wrong were on the device once, and changed.
 *
 * <pre>
 *   good | good | bad .................. end of file
 *               ^ from
 *   torn:    a sector, or the part of one behind "from", is zeros up to the next batch that is
 *            whole; or no whole batch follows and the bad one's length reaches beyond the file
 *   damaged: anything else
 * </pre>
 *
 * <p>It errs towards a cut when a damaged batch happens to hold a zero sector of its own; the
 * recovery report names every cut, so none is silent.
 */
final class TornTail {
  static final int SECTOR_BYTES = 512;

  private static final int WINDOW_BYTES = 1 << 20;

  private final DiskFile file;
  private final Path path;
  private final int fileBytes;
  private final StoredBatchCheck check = new StoredBatchCheck();

  /** A segment whose tail is in question. */
  TornTail(DiskFile file, Path path, int fileBytes) {
    this.file = file;
    this.path = path;
    this.fileBytes = fileBytes;
  }

  /**
   * Judges the bytes from a position to the end of the file.
   *
   * @param from where the first batch begins that is not good
   * @param expectedOffset the offset that belongs there
   * @param fault what is wrong with it
   * @return in words, why it is a torn tail
   * @throws CorruptLog when it is damage
   */
  String judge(int from, long expectedOffset, String fault) throws IOException {
    int next = nextWholeBatch(from + 1, expectedOffset);
    if (next == fileBytes && runsOut(from) && !isWholeButForItsLength(from)) {
      return "the file ends inside a batch";
    }
    if (hasZeroSector(from, next, expectedOffset)) {
      return "sectors were never written: " + fault;
    }
    throw CorruptLog.ofBatch(path, from, expectedOffset, "offset " + expectedOffset + ": " + fault);
  }

  /**
   * Where the whole batch begins that follows what is put from one position to another.
   *
   * @param offset its first
   * @param endOffset the offset behind it
   * @return the end of the file when there is none; less than {@code to} when it would be written
   *     over
   */
  int followerOf(int from, int to, long offset, long endOffset) throws IOException {
    boolean leadsOn =
        fileBytes - to >= BatchHeader.SIZE
            && BatchHeader.baseOffset(read(to, BatchHeader.SIZE), 0) == endOffset
            && wholeAt(to);
    return leadsOn ? to : nextWholeBatch(from + 1, offset);
  }

  private boolean wholeAt(int at) throws IOException {
    int bytes = BatchHeader.sizeInBytes(read(at, BatchHeader.SIZE), 0);
    return bytes >= BatchHeader.SIZE && bytes <= fileBytes - at && isGood(at);
  }

  private boolean runsOut(int from) throws IOException {
    if (fileBytes - from < BatchHeader.SIZE) {
      return true;
    }
    ByteBuffer header = read(from, BatchHeader.SIZE);
    return BatchCheck.checkFrame(header, 0, Integer.MAX_VALUE) == BatchFault.NONE
        && BatchHeader.sizeInBytes(header, 0) > fileBytes - from;
  }

  /** Whether the batch would be good if it ended with the file: then its length was changed. */
  private boolean isWholeButForItsLength(int from) throws IOException {
    int rest = fileBytes - from;
    if (rest < BatchHeader.SIZE) {
      return false;
    }
    ByteBuffer header = read(from, BatchHeader.SIZE);
    header.putInt(BatchHeader.LENGTH_END - Integer.BYTES, rest - BatchHeader.LENGTH_END);
    return check.check(header, file, from) == BatchFault.NONE;
  }

  /**
   * Looks for a sector that reads as zeros. The last one may reach into the front of the next good
   * batch, whose base offset begins with zeros anyway.
   */
  private boolean hasZeroSector(int from, int to, long expectedOffset) throws IOException {
    for (int start = from; start < to; ) {
      int sectorEnd = (start / SECTOR_BYTES + 1) * SECTOR_BYTES;
      int end = Math.min(sectorEnd, fileBytes);
      if (tells(start, end, from, expectedOffset) && isZero(read(start, end - start))) {
        return true;
      }
      start = end;
    }
    return false;
  }

  /** A part of a sector that would be zeros in a good batch too tells nothing. */
  private static boolean tells(int start, int end, int from, long expectedOffset) {
    int bytes = end - start;
    if (start == from) {
      // of the base offset, which comes first, as much as lies in that part
      int missing = Math.max(0, Long.BYTES - bytes) * Byte.SIZE;
      return bytes >= BatchHeader.LENGTH_END || expectedOffset >>> missing != 0;
    }
    return bytes >= 2;
  }

  private static boolean isZero(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      if (bytes.get() != 0) {
        return false;
      }
    }
    return true;
  }

  /** Where the next batch begins that is good and lies behind the expected offset; or the end. */
  private int nextWholeBatch(int from, long expectedOffset) throws IOException {
    for (int at = from; at + BatchHeader.SIZE <= fileBytes; ) {
      ByteBuffer window = read(at, Math.min(WINDOW_BYTES, fileBytes - at));
      int last = window.limit() - BatchHeader.SIZE;
      for (int i = 0; i <= last; i++) {
        if (looksLikeOne(window, i, fileBytes - at - i, expectedOffset) && isGood(at + i)) {
          return at + i;
        }
      }
      at += last + 1;
    }
    return fileBytes;
  }

  private static boolean looksLikeOne(ByteBuffer window, int at, int rest, long expectedOffset) {
    long ahead = BatchHeader.baseOffset(window, at) - expectedOffset;
    return ahead > 0
        && ahead <= Integer.MAX_VALUE
        && BatchHeader.magic(window, at) == BatchHeader.MAGIC
        && BatchHeader.sizeInBytes(window, at) >= BatchHeader.SIZE
        && BatchHeader.sizeInBytes(window, at) <= rest;
  }

  private boolean isGood(int at) throws IOException {
    return check.check(read(at, BatchHeader.SIZE), file, at) == BatchFault.NONE;
  }

  private ByteBuffer read(int at, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    WholeIo.readFully(file, buffer, at);
    return buffer.flip();
  }
}
