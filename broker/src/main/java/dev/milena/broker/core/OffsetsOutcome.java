package dev.milena.broker.core;

/** The answer to an {@link OffsetsCall}. */
public sealed interface OffsetsOutcome {
  /** The sentinel of {@link Found#timestampMs} when a place was asked for. */
  long NO_TIMESTAMP = -1;

  /**
   * Found.
   *
   * @param offset the offset
   * @param timestampMs of the found record, or {@link #NO_TIMESTAMP}
   * @param leaderEpoch of the found batch, or the current one
   */
  record Found(long offset, long timestampMs, int leaderEpoch) implements OffsetsOutcome {}

  /** No record is as late as that. */
  record NothingSoLate(int leaderEpoch) implements OffsetsOutcome {}

  /** Not answered. */
  record OffsetsRefused(Refusal refusal) implements OffsetsOutcome {}
}
