package dev.milena.metadata;

import java.util.List;

/**
 * All that one entry of the quorum's log changed; the journal is made of these, and so is the
 * stream that brokers follow.
 *
 * @param timeMs when, by the quorum's clock that never runs back
 * @param requestId of the request, {@link RequestId#NONE} if it had none
 * @param origin who asked
 * @param rollingHash over this step and all before it
 */
public record JournalStep(
    JournalPlace place,
    long timeMs,
    RequestId requestId,
    CommandOrigin origin,
    List<MetadataRecord> records,
    long rollingHash) {

  public JournalStep {
    records = List.copyOf(records);
  }

  /** Of the entry. */
  public long index() {
    return place.index();
  }

  /** Of the step before. */
  public long previousIndex() {
    return place.previousIndex();
  }

  /** The same step, following the one at that index. */
  public JournalStep after(long previousIndex) {
    return new JournalStep(
        new JournalPlace(place.term(), place.index(), previousIndex),
        timeMs,
        requestId,
        origin,
        records,
        rollingHash);
  }
}
