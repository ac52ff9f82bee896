package dev.milena.log;

/**
 * What an index file says about the segment beside it: that its first bytes were on the device when
 * the index was written, and what they hold. It is the witness that spares recovery a scan.
 *
 * @param baseOffset of the segment
 * @param endOffset the offset after the last batch in those bytes
 * @param logBytes how many bytes of the segment it speaks of
 * @param maxTimestampMs latest timestamp in them, or -1 when there is none
 * @param firstAppendMs the broker's time when the first batch was appended
 * @param lastAppendMs and the last
 * @param holdsProducers whether a batch of an idempotent producer is among them
 */
record IndexHeader(
    long baseOffset,
    long endOffset,
    int logBytes,
    long maxTimestampMs,
    long firstAppendMs,
    long lastAppendMs,
    boolean holdsProducers) {
  /** A segment of which nothing is known, or in which there is nothing. */
  static IndexHeader empty(long baseOffset, long firstAppendMs, long lastAppendMs) {
    return new IndexHeader(baseOffset, baseOffset, 0, -1, firstAppendMs, lastAppendMs, false);
  }
}
