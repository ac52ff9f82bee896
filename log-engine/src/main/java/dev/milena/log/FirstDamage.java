package dev.milena.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Says which batch of a segment is to blame for what a walk over headers came upon. No CRC is
 * looked at there, so a changed header leads on, to a batch that is whole and seems wrong:
 *
 * <pre>
 *   [ 140..147 ] [ 148..1#0 ] [ 152..160 ]      headers: 152 where 180 belongs
 *                ^ to be put back, and nothing behind it
 * </pre>
 */
final class FirstDamage {
  private FirstDamage() {}

  /**
   * Recovers a log.
   *
   * @throws CorruptLog naming the first batch that is damaged, where a batch is; a loss is one
   *     whatever lies in front of it, and no batch mends it
   * @throws IOException when what lies in front of what was found cannot be read: then nobody knows
   *     which batch is to blame, and what was found may be whole
   */
  static LogRecovery.Recovered named(LogFiles files, LogRecovery recovery) throws IOException {
    try {
      return recovery.run();
    } catch (CorruptLog found) {
      throw found.isLoss() ? found : firstOf(files, found);
    }
  }

  private static CorruptLog firstOf(LogFiles files, CorruptLog found) throws IOException {
    try {
      return of(files, found);
    } catch (IOException unread) {
      unread.addSuppressed(found);
      throw unread;
    }
  }

  /**
   * Reads the segment from its front up to what was found.
   *
   * @return what is wrong first; as it was found, if all in front of it is whole
   */
  private static CorruptLog of(LogFiles files, CorruptLog found) throws IOException {
    Path path = found.file();
    OptionalLong base = SegmentName.baseOffset(path.getFileName().toString());
    if (base.isEmpty() || found.position() > Integer.MAX_VALUE) {
      return found;
    }
    SegmentFile segment = files.handle(base.getAsLong()).lease();
    try {
      int end = (int) found.position();
      BatchWalk walk = BatchWalk.checking(segment, end);
      long offset = base.getAsLong();
      for (int at = 0; at < end; at = walk.endPosition()) {
        String fault = walk.step(at, offset, BatchWalk.ANY_EPOCH);
        if (!fault.isEmpty()) {
          return CorruptLog.ofBatch(path, at, offset, fault);
        }
        offset = walk.endOffset();
      }
      return found;
    } finally {
      segment.release();
    }
  }
}
