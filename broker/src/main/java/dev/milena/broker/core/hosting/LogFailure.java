package dev.milena.broker.core.hosting;

import dev.milena.log.CorruptLog;
import dev.milena.log.MendingFailed;
import dev.milena.log.PartitionLog;

/**
 * Why a log takes nothing: until the broker is restarted, unless another replica gives the batch
 * that it lacks ({@link Kind#MENDABLE}), or it may be copied anew ({@link CopyAnewRule}).
 *
 * @param kind what has happened to it
 * @param reason what the disk or the log said, for a person
 */
public record LogFailure(Kind kind, String reason) {
  /** What has happened to a log. */
  public enum Kind {
    /**
     * A write or a sync of it failed: while it was open, what was not flushed may be lost; while a
     * batch was put back, nobody knows which bytes are on the device there.
     */
    BROKEN,
    /** The disk did not let it be opened. */
    UNOPENED,
    /** A batch of it is damaged, or gone, which another replica may give. */
    MENDABLE,
    /** What it holds is damaged, or a bug stopped it; nothing is said of the disk. */
    DAMAGED
  }

  static LogFailure ofOpening(Exception failed) {
    return new LogFailure(kindOf(failed), String.valueOf(failed.getMessage()));
  }

  private static Kind kindOf(Exception failed) {
    if (failed instanceof CorruptLog damage && damage.offset().isPresent()) {
      return Kind.MENDABLE;
    }
    if (failed instanceof MendingFailed) {
      return Kind.BROKEN;
    }
    return saysNothingOfTheDisk(failed) ? Kind.DAMAGED : Kind.UNOPENED;
  }

  /** Of an open log. */
  static LogFailure ofOpenLog(PartitionLog log, String reason) {
    boolean damaged = log.offlineFailure().map(LogFailure::saysNothingOfTheDisk).orElse(false);
    return new LogFailure(damaged ? Kind.DAMAGED : Kind.BROKEN, reason);
  }

  private static boolean saysNothingOfTheDisk(Exception failed) {
    return failed instanceof CorruptLog
        || failed instanceof RuntimeException
        || failed.getCause() instanceof RuntimeException;
  }

  /**
   * Whether it is known to lack records that it had. One that was not let open, as for want of a
   * permission or of a file descriptor, may be whole; and what can be mended is not lost yet.
   */
  public boolean isLoss() {
    return kind == Kind.DAMAGED;
  }

  /**
   * Whether the disk has failed it. A log that could not be opened may lack a permission or a file
   * descriptor: if its disk is gone, the directory's own files say so.
   */
  boolean isOfTheDisk() {
    return kind == Kind.BROKEN;
  }
}
