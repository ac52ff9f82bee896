package dev.milena.log;

/**
 * Which segments a log may forget. Decides only.
 *
 * <p>By time, a segment is as old as the younger of two: its newest record, and its last append by
 * the broker's clock. Kafka goes by the record alone, and deletes within minutes what a producer
 * with a slow clock, or a copy of old data, has just written. A record from the future (more than
 * an hour ahead of its append, Kafka's own default bound for it) does not count, or one wrong clock
 * would keep a segment for years.
 */
final class Retention {
  static final long FUTURE_TOLERANCE_MS = 3_600_000;

  private Retention() {}

  /** How many segments at the front may go; never the active one. */
  static int expired(Segments segments, LogSettings settings, long nowMs, long limit) {
    long excessBytes =
        settings.retentionBytes() == LogSettings.NO_LIMIT
            ? -1
            : segments.sizeInBytes() - settings.retentionBytes();
    int count = 0;
    for (Segment segment : segments.closed()) {
      excessBytes -= segment.sizeInBytes();
      boolean goes = excessBytes >= 0 || isOld(segment.facts(), settings, nowMs);
      if (!goes || segment.endOffset() > limit) {
        break;
      }
      count++;
    }
    return count;
  }

  /** How many segments at the front lie wholly before an offset; never the active one. */
  static int before(Segments segments, long offset) {
    int count = 0;
    for (Segment segment : segments.closed()) {
      if (segment.endOffset() > offset) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Whether everything in the active segment is too old, so that it is worth closing. */
  static boolean activeIsExpired(Segments segments, LogSettings settings, long nowMs, long limit) {
    ActiveSegment active = segments.active();
    boolean othersGo = expired(segments, settings, nowMs, limit) == segments.closed().size();
    return othersGo
        && !active.isEmpty()
        && active.endOffset() <= limit
        && isOld(active.facts(), settings, nowMs);
  }

  static boolean isOld(IndexHeader facts, LogSettings settings, long nowMs) {
    if (settings.retentionMs() == LogSettings.NO_LIMIT || nowMs == LogSettings.NO_TIME) {
      return false;
    }
    return nowMs - youngestMs(facts) > settings.retentionMs();
  }

  private static long youngestMs(IndexHeader facts) {
    boolean fromTheFuture = facts.maxTimestampMs() - facts.lastAppendMs() > FUTURE_TOLERANCE_MS;
    return fromTheFuture
        ? facts.lastAppendMs()
        : Math.max(facts.maxTimestampMs(), facts.lastAppendMs());
  }
}
