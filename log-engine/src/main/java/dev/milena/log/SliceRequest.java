package dev.milena.log;

/**
 * What a slice was asked for.
 *
 * @param from the first wanted offset
 * @param maxBytes soft limit; the first batch is given even if it is larger (KIP-74)
 * @param visibleEnd no batch that reaches beyond this offset is given
 * @param timestampMs and none in front of the first that holds a record this late
 */
record SliceRequest(long from, int maxBytes, long visibleEnd, long timestampMs) {
  /** Any time will do. */
  static final long ANY_TIME = Long.MIN_VALUE;

  /** Where to go on when nothing visible was found: a search has seen all there is to see. */
  long endOfNothing() {
    return timestampMs == ANY_TIME ? from : visibleEnd;
  }
}
