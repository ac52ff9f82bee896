package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segment that is written to: always the last one of a log. */
@OwnedBy(Owner.PARTITION_LOOP)
final class ActiveSegment {
  private static final Logger log = LoggerFactory.getLogger(ActiveSegment.class);

  private final long baseOffset;
  private final SegmentFile file;
  private final DiskFile open;
  private final TailIndex index;
  private int sizeInBytes;
  private long endOffset;
  private long firstAppendMs;
  private long lastAppendMs;
  private boolean mustSyncFirst;

  /** What the indexes on the device say of this segment, if they are there and whole. */
  private Optional<IndexHeader> vouched = Optional.empty();

  /** What a write or a truncation left behind the end could not be cut off yet. */
  private boolean torn;

  private boolean leftBehind;

  private ActiveSegment(SegmentFile file, DiskFile open, IndexHeader facts, TailIndex index) {
    this.file = file;
    this.open = open;
    this.index = index;
    this.baseOffset = facts.baseOffset();
    this.sizeInBytes = facts.logBytes();
    this.endOffset = facts.endOffset();
    this.firstAppendMs = facts.firstAppendMs();
    this.lastAppendMs = facts.lastAppendMs();
  }

  /** A segment without batches; takes over a lease that the caller took. */
  static ActiveSegment created(SegmentFile file, DiskFile open, long baseOffset, TailIndex index) {
    return new ActiveSegment(file, open, IndexHeader.empty(baseOffset, 0, 0), index);
  }

  /**
   * A segment that recovery or a truncation has found to hold whole batches.
   *
   * @param facts what they are; the index agrees with it
   */
  static ActiveSegment reopened(SegmentFile file, IndexHeader facts, TailIndex index)
      throws IOException {
    return new ActiveSegment(file.lease(), file.file(), facts, index);
  }

  long baseOffset() {
    return baseOffset;
  }

  SegmentFile file() {
    return file;
  }

  TailIndex index() {
    return index;
  }

  int sizeInBytes() {
    return sizeInBytes;
  }

  long endOffset() {
    return endOffset;
  }

  LogPosition end() {
    return new LogPosition(endOffset, baseOffset, sizeInBytes);
  }

  boolean isEmpty() {
    return sizeInBytes == 0;
  }

  /** What the segment holds now. */
  IndexHeader facts() {
    return new IndexHeader(
        baseOffset,
        endOffset,
        sizeInBytes,
        index.maxTimestampMs(),
        firstAppendMs,
        lastAppendMs,
        index.holdsProducers());
  }

  /**
   * Whether these batches belong into another segment.
   *
   * @param bytes all of them
   * @param end the offset after the last of them
   */
  boolean isFullFor(int bytes, long end, long nowMs, LogSettings settings) {
    if (isEmpty()) {
      return false;
    }
    return (long) sizeInBytes + bytes > settings.segmentBytes()
        || end - baseOffset > Integer.MAX_VALUE
        || nowMs - firstAppendMs >= settings.segmentMs()
        || index.offsets().sizeInBytes() + OffsetIndex.ENTRY_BYTES > settings.indexMaxBytes();
  }

  /**
   * Writes a run of batches at the end, in one call when the device takes it. The buffer stays as
   * it is. After a failure the segment ends where it ended before.
   *
   * @param reserve must be whole afterwards, or the room is taken from it and given back
   * @throws dev.milena.log.disk.NoSpaceException when the device is full; the next write may work
   * @throws IOException for everything else, also when the cut back fails: the segment is lost
   */
  void write(ByteBuffer batches, long nowMs, Reserve reserve) throws IOException {
    leftBehind = false;
    if (mustSyncFirst) {
      // A torn write was cut off but may lie on the device in part. New bytes on top of it would
      // make a mixture that recovery could not tell from damage, so the cut goes first.
      sync();
      requireCut();
    }
    int from = batches.position();
    try {
      WholeIo.writeFully(open, batches, sizeInBytes);
      reserve.requireWhole();
    } catch (IOException failure) {
      cutBack(failure);
      throw failure;
    } finally {
      batches.position(from);
    }
    if (isEmpty()) {
      firstAppendMs = nowMs;
    }
    lastAppendMs = Math.max(lastAppendMs, nowMs);
  }

  /** Takes batches that were just written into the indexes; their offsets are patched. */
  void note(ByteBuffer batches, int indexIntervalBytes) {
    for (int at = batches.position(); at < batches.limit(); ) {
      int size = BatchHeader.sizeInBytes(batches, at);
      index.note(
          (int) (BatchHeader.baseOffset(batches, at) - baseOffset),
          sizeInBytes,
          BatchHeader.maxTimestamp(batches, at),
          indexIntervalBytes);
      index.noteProducer(BatchHeader.producerId(batches, at));
      sizeInBytes += size;
      endOffset = BatchHeader.endOffset(batches, at);
      at += size;
    }
  }

  /** Writes the indexes; everything in the segment was synced just now. */
  void writeIndexes(LogFiles files) throws IOException {
    IndexHeader facts = facts();
    vouched = Optional.empty();
    files.writeIndexes(facts, index.offsets(), index.times());
    vouched = Optional.of(facts);
  }

  /** The indexes on the device are known to say this. */
  void vouchedBy(IndexHeader facts) {
    vouched = Optional.of(facts);
  }

  /** Whether a start would find work that indexes could spare it. */
  boolean wantsIndexes() {
    return vouched.map(facts -> !facts.equals(facts())).orElse(!isEmpty());
  }

  /** Syncs the records, after what lies behind was cut off where the device has room for that. */
  void sync() throws IOException {
    if (torn) {
      cut();
    }
    file.sync();
    mustSyncFirst = torn;
  }

  /**
   * Refuses while something lies behind the end: it must not be taken for a part of the segment.
   *
   * @throws NoSpaceException which says so
   */
  void requireCut() throws NoSpaceException {
    if (torn) {
      throw new NoSpaceException(
          file.path() + ": no room even to cut off what lies behind its end");
    }
  }

  /**
   * Cuts off what a truncation left behind the end, on the device too.
   *
   * @throws NoSpaceException when the device has no room for that: it may be made again
   * @throws SyncFailed finally
   */
  void cutBehind() throws IOException {
    torn = true;
    sync();
    requireCut();
  }

  private void cutBack(IOException failure) throws IOException {
    mustSyncFirst = true;
    try {
      cut();
      leftBehind = torn;
    } catch (IOException second) {
      second.addSuppressed(failure);
      throw second;
    }
  }

  /**
   * Whether what the last failed write was to write may lie behind the end: after a crash recovery
   * could take it for a part of the log.
   */
  boolean leftBehind() {
    return leftBehind;
  }

  /** Some file systems need room even for this; it is tried again before the next write. */
  private void cut() throws IOException {
    torn = true;
    try {
      open.truncate(sizeInBytes);
      torn = false;
    } catch (NoSpaceException full) {
      log.atDebug()
          .addKeyValue("file", file.path())
          .log("no room to cut off what lies behind the end yet");
    } catch (IOException failure) {
      throw new IOException(
          "could not cut off what lies behind the end: " + failure.getMessage(), failure);
    }
  }
}
