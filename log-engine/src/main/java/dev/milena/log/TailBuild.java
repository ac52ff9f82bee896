package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the in-memory picture of a segment's batches anew, from its front to wherever the caller
 * stops: both indexes, the ring, the facts, and the leader epochs if they are wanted.
 */
@OwnedBy(Owner.CREATOR)
final class TailBuild {
  private final TailIndex index;
  private final int indexIntervalBytes;
  private final IndexHeader start;
  private int sizeInBytes;
  private long endOffset;
  private @Nullable EpochHistory epochs;
  private @Nullable ProducerTable producers;
  private long producersFrom;
  private long producersMs;

  /**
   * A picture to begin with.
   *
   * @param start facts about the front of the segment that the index holds already
   */
  TailBuild(IndexHeader start, TailIndex index, int indexIntervalBytes) {
    this.start = start;
    this.index = index;
    this.indexIntervalBytes = indexIntervalBytes;
    this.sizeInBytes = start.logBytes();
    this.endOffset = start.endOffset();
  }

  /**
   * The picture of a segment up to an offset, by its headers alone.
   *
   * @param facts of the whole segment
   * @param offset batches that end beyond it are left out
   * @return facts of what is left
   * @throws CorruptLog when a header is damaged
   */
  static IndexHeader walk(
      SegmentFile file, IndexHeader facts, long offset, TailIndex index, int indexIntervalBytes)
      throws IOException {
    index.clear();
    long base = facts.baseOffset();
    IndexHeader nothing = IndexHeader.empty(base, facts.firstAppendMs(), facts.lastAppendMs());
    TailBuild build = new TailBuild(nothing, index, indexIntervalBytes);
    BatchWalk walk = BatchWalk.ofHeaders(file, facts.logBytes());
    walk.requireGood(build.walk(walk, facts.logBytes(), offset));
    return build.facts();
  }

  int sizeInBytes() {
    return sizeInBytes;
  }

  long endOffset() {
    return endOffset;
  }

  /** From here on, leader epochs must not go back, and are noted in a history. */
  void learn(EpochHistory history) {
    epochs = history;
  }

  /**
   * From here on, batches of producers are noted in a table, unless they lie before an offset.
   *
   * @param appendedMs when they were appended at the latest; their own timestamps are their
   *     clients', and may be of any age
   */
  void learn(ProducerTable table, long from, long appendedMs) {
    producers = table;
    producersFrom = from;
    producersMs = appendedMs;
  }

  /**
   * Goes on over the batches of a walk: the one place where a segment is gone through.
   *
   * @param end byte at which to stop; a batch begins or the file ends there
   * @param offset stop in front of the batch that ends beyond it
   * @return in words, what is wrong with the batch at which it stopped; empty when nothing is
   */
  String walk(BatchWalk walk, int end, long offset) throws IOException {
    while (sizeInBytes < end) {
      String fault = walk.step(sizeInBytes, endOffset, lowestEpoch());
      if (!fault.isEmpty() || walk.endOffset() > offset) {
        return fault;
      }
      take(walk);
    }
    return "";
  }

  private int lowestEpoch() {
    return epochs == null ? BatchWalk.ANY_EPOCH : Math.max(0, epochs.lastEpoch());
  }

  private void take(BatchWalk walk) {
    if (epochs != null) {
      epochs.assign(walk.leaderEpoch(), endOffset);
    }
    int relativeOffset = (int) (endOffset - start.baseOffset());
    index.note(relativeOffset, sizeInBytes, walk.maxTimestampMs(), indexIntervalBytes);
    index.noteProducer(walk.producerId());
    if (producers != null && endOffset >= producersFrom) {
      walk.note(producers, producersMs);
    }
    sizeInBytes += walk.sizeInBytes();
    endOffset = walk.endOffset();
  }

  /**
   * As {@link #facts}, after recovery: when the batches behind the start were appended nobody
   * knows, so they count as appended now, and retention takes them rather too late than too early.
   */
  IndexHeader factsRecoveredAt(long nowMs) {
    IndexHeader facts = facts();
    if (endOffset == start.endOffset()) {
      return facts;
    }
    return new IndexHeader(
        facts.baseOffset(),
        facts.endOffset(),
        facts.logBytes(),
        facts.maxTimestampMs(),
        start.logBytes() == 0 ? nowMs : facts.firstAppendMs(),
        Math.max(facts.lastAppendMs(), nowMs),
        facts.holdsProducers());
  }

  IndexHeader facts() {
    return new IndexHeader(
        start.baseOffset(),
        endOffset,
        sizeInBytes,
        index.maxTimestampMs(),
        start.firstAppendMs(),
        start.lastAppendMs(),
        index.holdsProducers());
  }
}
