package dev.milena.log;

/**
 * What a directory's checkpoint says about one log.
 *
 * @param logStart nothing in front of this offset is to be read any more
 * @param flushed everything in front of this place is on the device
 */
record LogMark(long logStart, LogPosition flushed) {
  /** A log that the checkpoint does not know: nothing was promised. */
  static final LogMark NONE = new LogMark(0, new LogPosition(0, 0, 0));
}
