package dev.milena.metadata;

import java.util.List;

/**
 * All that one entry of the quorum's log changed; the journal is made of these, and so is the
 * stream that brokers follow.
 *
 * @param previousIndex index of the step before, {@link #NO_INDEX} for the first: a follower that
 *     holds another one has missed something
 * @param timeMs when, by the quorum's clock that never runs back
 * @param requestId of the request, {@link RequestId#NONE} if it had none
 * @param origin who asked
 * @param rollingHash over this step and all before it
 */
public record JournalStep(
    long term,
    long index,
    long previousIndex,
    long timeMs,
    RequestId requestId,
    CommandOrigin origin,
    List<MetadataRecord> records,
    long rollingHash) {
  /** Before the first entry. */
  public static final long NO_INDEX = -1;

  public JournalStep {
    records = List.copyOf(records);
  }

  /** The same step, following that one. */
  public JournalStep after(long index) {
    return new JournalStep(
        term, this.index, index, timeMs, requestId, origin, records, rollingHash);
  }
}
