package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;

/**
 * Makes the in-memory picture of a segment's batches anew, from its front to wherever the caller
 * stops: both indexes, the ring, and the facts.
 */
@OwnedBy(Owner.CREATOR)
final class TailBuild {
  private static final int WALK_BYTES = 64 << 10;

  private final TailIndex index;
  private final int indexIntervalBytes;
  private final IndexHeader start;
  private int sizeInBytes;
  private long endOffset;

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
    IndexHeader nothing =
        new IndexHeader(base, base, 0, -1, facts.firstAppendMs(), facts.lastAppendMs());
    TailBuild build = new TailBuild(nothing, index, indexIntervalBytes);
    BatchWalk walk = new BatchWalk(file.file(), file.path(), facts.logBytes(), WALK_BYTES);
    while (build.sizeInBytes < facts.logBytes()) {
      walk.require(build.sizeInBytes, build.endOffset);
      if (walk.endOffset() > offset) {
        break;
      }
      build.note(walk);
    }
    return build.facts();
  }

  int sizeInBytes() {
    return sizeInBytes;
  }

  long endOffset() {
    return endOffset;
  }

  /** Goes on to a place where a batch boundary must be, and learns the epochs on the way. */
  void walkTo(BatchWalk walk, int position, EpochHistory epochs) throws IOException {
    while (sizeInBytes < position) {
      walk.require(sizeInBytes, endOffset);
      walk.requireEpochFrom(Math.max(0, epochs.lastEpoch()));
      epochs.assign(walk.leaderEpoch(), endOffset);
      note(walk);
    }
  }

  /** Takes the batch that the walk stands at. */
  void note(BatchWalk walk) {
    note(walk.maxTimestampMs(), walk.sizeInBytes(), walk.endOffset());
  }

  /**
   * Takes one more batch.
   *
   * @param bytes its size
   * @param batchEnd the offset after its last record
   */
  void note(long maxTimestampMs, int bytes, long batchEnd) {
    index.note(
        (int) (endOffset - start.baseOffset()), sizeInBytes, maxTimestampMs, indexIntervalBytes);
    sizeInBytes += bytes;
    endOffset = batchEnd;
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
        Math.max(facts.lastAppendMs(), nowMs));
  }

  IndexHeader facts() {
    return new IndexHeader(
        start.baseOffset(),
        endOffset,
        sizeInBytes,
        index.maxTimestampMs(),
        start.firstAppendMs(),
        start.lastAppendMs());
  }
}
