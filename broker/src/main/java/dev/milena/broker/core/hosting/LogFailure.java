package dev.milena.broker.core.hosting;

import dev.milena.log.CorruptLog;

/**
 * Why a log takes nothing until the broker is restarted.
 *
 * @param kind what has happened to it
 * @param reason what the disk or the log said, for a person
 */
public record LogFailure(Kind kind, String reason) {
  /** What has happened to a log. */
  public enum Kind {
    /** A write or a sync of it failed while it was open: what was not flushed may be lost. */
    BROKEN,
    /** The disk did not let it be opened. */
    UNOPENED,
    /** What it holds is damaged, and the disk works: nothing to leave other logs for. */
    DAMAGED
  }

  static LogFailure ofOpening(Exception failed) {
    boolean damaged = failed instanceof CorruptLog || failed instanceof RuntimeException;
    return new LogFailure(
        damaged ? Kind.DAMAGED : Kind.UNOPENED, String.valueOf(failed.getMessage()));
  }

  /** Whether it says something of the disk. */
  boolean isOfTheDisk() {
    return kind != Kind.DAMAGED;
  }
}
