package dev.milena.simulation;

import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.PlainRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What clients were promised and shown about one partition, and whether it still fits. */
public final class PartitionHistory {
  /** A retention that takes nothing. */
  public static final long FOR_EVER = Long.MAX_VALUE;

  private final PartitionName where;
  private final long retentionMs;
  private final TreeMap<Long, Long> sentMs = new TreeMap<>();
  private final TreeMap<Long, ByteBuffer> promised = new TreeMap<>();
  private final TreeMap<Long, ByteBuffer> shown = new TreeMap<>();
  private final Map<Long, Long> offsetOfRecord = new HashMap<>();
  private final Map<Long, String> refused = new HashMap<>();
  private long visibleEnd;
  private long logStart;
  private boolean damaged;

  /**
   * Nothing yet.
   *
   * @param retentionMs after which retention may take records from the front; {@link #FOR_EVER}
   */
  public PartitionHistory(PartitionName where, long retentionMs) {
    this.where = where;
    this.retentionMs = retentionMs;
  }

  /** A bit was flipped in its files: errors are fine from now on, wrong bytes are not. */
  public void damage() {
    damaged = true;
  }

  /** Whether a bit was flipped. */
  public boolean isDamaged() {
    return damaged;
  }

  /** The end that some client has seen: it must never go back. */
  public long visibleEnd() {
    return visibleEnd;
  }

  /** Whether a record at an offset, or behind it, was read: then it is committed. */
  public boolean wasReadTo(long offset) {
    return !shown.tailMap(offset).isEmpty();
  }

  /** The first offset that may still be asked for. */
  public long logStart() {
    return logStart;
  }

  /**
   * acks=all was answered: these records are at these offsets until retention takes them (I1, I3).
   *
   * @param sentAtMs when they were sent, on the monotonic clock
   */
  public void acknowledged(long baseOffset, List<ByteBuffer> values, long sentAtMs) {
    for (int i = 0; i < values.size(); i++) {
      long offset = baseOffset + i;
      sentMs.put(offset, sentAtMs);
      same("I3", offset, shown.get(offset), values.get(i));
      ByteBuffer before = promised.put(offset, values.get(i));
      if (before != null) {
        throw broken("I3", "offset %d was acknowledged twice".formatted(offset));
      }
    }
  }

  /** A write was refused, and said that nothing was stored. */
  public void refused(List<ByteBuffer> values, String why) {
    values.forEach(value -> refused.put(value.getLong(0), why));
  }

  /** Records were shown to a client that asked from an offset. */
  public void read(long from, List<PlainRecord> records, long nextOffset) {
    long expected = from;
    for (PlainRecord record : records) {
      if (record.offset() != expected) {
        throw broken("I4", "offset %d came where %d was due".formatted(record.offset(), expected));
      }
      ByteBuffer value = record.value();
      same("I3", record.offset(), promised.get(record.offset()), value);
      same("I3", record.offset(), shown.get(record.offset()), value);
      shown.put(record.offset(), value);
      onlyOnce(record.offset(), value);
      expected++;
    }
    if (nextOffset != expected) {
      throw broken("I4", "the next offset is %d, not %d".formatted(nextOffset, expected));
    }
  }

  /**
   * The bounds that came with an answer.
   *
   * @param knownBefore the visible end that was known when the question was asked
   * @param clocks as they are now
   */
  public void bounds(LogBounds bounds, long knownBefore, Clocks clocks) {
    if (bounds.highWatermark() < knownBefore) {
      throw broken(
          "I4",
          "the visible end went back from %d to %d".formatted(knownBefore, bounds.highWatermark()));
    }
    visibleEnd = Math.max(visibleEnd, bounds.highWatermark());
    startsAt(bounds.logStart(), clocks);
  }

  /**
   * The log was said to start here. It never starts above its visible end, nor leaves out what is
   * younger than its retention. A wall clock that jumps makes anything old, so only records that
   * were sent since the last jump are looked at.
   */
  public void startsAt(long start, Clocks clocks) {
    for (var gone : sentMs.subMap(logStart, Math.max(logStart, start)).entrySet()) {
      if (isYoung(gone.getValue(), clocks)) {
        throw broken(
            "I4",
            "the log starts at %d, but offset %d is only %d ms old"
                .formatted(start, gone.getKey(), clocks.nowMs() - gone.getValue()));
      }
    }
    if (start > 0 && retentionMs == FOR_EVER) {
      throw broken("I4", "the log starts at %d without retention".formatted(start));
    }
    logStart = Math.max(logStart, start);
    visibleEnd = Math.max(visibleEnd, start);
  }

  /**
   * Whether retention keeps a record everywhere: no replica may have let it go yet.
   *
   * @param offset of one that was acknowledged
   */
  public boolean isKept(long offset, Clocks clocks) {
    return offset >= logStart && isYoung(Objects.requireNonNull(sentMs.get(offset)), clocks);
  }

  private boolean isYoung(long sentAtMs, Clocks clocks) {
    boolean steady = sentAtMs > clocks.lastJumpMs();
    return retentionMs == FOR_EVER || (steady && clocks.nowMs() - sentAtMs < retentionMs);
  }

  /**
   * How late it is.
   *
   * @param nowMs on the monotonic clock
   * @param lastJumpMs when the wall clock jumped last, on the same clock
   */
  public record Clocks(long nowMs, long lastJumpMs) {}

  /** After heal: everything promised and everything shown is there; call after reading it all. */
  public void complete(long readFrom, long readTo) {
    Long missing = promised.ceilingKey(readTo);
    if (missing != null) {
      throw broken(
          "I1", "offset %d was acknowledged and the log ends at %d".formatted(missing, readTo));
    }
    Long vanished = shown.ceilingKey(readTo);
    if (vanished != null) {
      throw broken("I4", "offset %d was shown and the log ends at %d".formatted(vanished, readTo));
    }
    for (long offset : promised.tailMap(readFrom).keySet()) {
      if (!shown.containsKey(offset)) {
        throw broken("I1", "offset %d was acknowledged and is not readable".formatted(offset));
      }
    }
  }

  private void onlyOnce(long offset, ByteBuffer value) {
    long id = value.getLong(0);
    String why = refused.get(id);
    if (why != null) {
      throw broken("I3", "a record that was refused (%s) is at offset %d".formatted(why, offset));
    }
    Long other = offsetOfRecord.put(id, offset);
    if (other != null && other != offset) {
      throw broken("I2", "one record is at offsets %d and %d".formatted(other, offset));
    }
  }

  private void same(String invariant, long offset, @Nullable ByteBuffer known, ByteBuffer now) {
    if (known != null && !known.equals(now)) {
      throw broken(invariant, "offset %d has two values".formatted(offset));
    }
  }

  private InvariantBroken broken(String invariant, String what) {
    return new InvariantBroken(invariant, where + ": " + what);
  }
}
