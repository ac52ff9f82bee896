package dev.milena.log;

import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * Everything the loop knows about where batches lie in the active segment: both sparse indexes and
 * the ring of recent batches. One object serves segment after segment, so that a roll throws no
 * arrays away.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class TailIndex {
  /** Batches whose place is known exactly: 2 KiB of memory for each log. */
  static final int RECENT_BATCHES = 256;

  private final OffsetIndex offsets = new OffsetIndex();
  private final TimeIndex times = new TimeIndex();
  private final BatchRing recent = new BatchRing(RECENT_BATCHES);
  private long maxTimestampMs = BatchHeader.NO_TIMESTAMP;
  private int lastEntryAt;
  private boolean holdsProducers;

  OffsetIndex offsets() {
    return offsets;
  }

  TimeIndex times() {
    return times;
  }

  BatchRing recent() {
    return recent;
  }

  /** Latest timestamp of the segment, or -1. */
  long maxTimestampMs() {
    return maxTimestampMs;
  }

  /**
   * Notes one more batch at the end of the segment.
   *
   * @param relativeOffset its base offset minus the segment's
   * @param position where it begins
   * @param timestampMs its latest record
   * @param intervalBytes how far entries of the sparse indexes are apart
   */
  void note(int relativeOffset, int position, long timestampMs, int intervalBytes) {
    recent.add(relativeOffset, position);
    if (position > 0 && position - lastEntryAt >= intervalBytes) {
      offsets.add(relativeOffset, position);
      times.add(maxTimestampMs, position);
      lastEntryAt = position;
    }
    maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
  }

  /** The batch that was noted last is of this producer, or of none. */
  void noteProducer(long producerId) {
    holdsProducers |= producerId != BatchHeader.NO_PRODUCER;
  }

  /** Whether a batch of an idempotent producer is among those that were noted. */
  boolean holdsProducers() {
    return holdsProducers;
  }

  /** Starts a segment with nothing in it. */
  void clear() {
    offsets.clear();
    times.clear();
    recent.clear();
    maxTimestampMs = BatchHeader.NO_TIMESTAMP;
    lastEntryAt = 0;
    holdsProducers = false;
  }

  /** Takes over what an index file says about the front of a segment. */
  void restore(IndexHeader header, OffsetIndex knownOffsets, TimeIndex knownTimes) {
    clear();
    for (int i = 0; i < knownOffsets.size(); i++) {
      offsets.add(knownOffsets.relativeOffset(i), knownOffsets.position(i));
      lastEntryAt = knownOffsets.position(i);
    }
    for (int i = 0; i < knownTimes.size(); i++) {
      times.add(knownTimes.timestampMs(i), knownTimes.position(i));
    }
    maxTimestampMs = header.maxTimestampMs();
    holdsProducers = header.holdsProducers();
  }
}
