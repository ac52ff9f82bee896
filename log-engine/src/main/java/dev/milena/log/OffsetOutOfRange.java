package dev.milena.log;

/** An offset that the log does not hold, with the bounds of what it does. */
public final class OffsetOutOfRange extends Exception {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final long logStart;
  private final long logEnd;

  /** Says that an offset is not in [logStart, logEnd]. */
  public OffsetOutOfRange(long offset, long logStart, long logEnd) {
    super("offset " + offset + " is not in [" + logStart + ", " + logEnd + "]", null, true, false);
    this.offset = offset;
    this.logStart = logStart;
    this.logEnd = logEnd;
  }

  /** The offset asked for. */
  public long offset() {
    return offset;
  }

  /** The first offset that can be read. */
  public long logStart() {
    return logStart;
  }

  /** The next offset to be written; asking for it is in range and answers nothing yet. */
  public long logEnd() {
    return logEnd;
  }
}
