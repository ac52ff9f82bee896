package dev.milena.replication;

/**
 * How far a replica's log reaches.
 *
 * @param logEnd the next offset to be written
 * @param flushedEnd everything below is fsynced; at most {@code logEnd}
 */
public record LogEnds(long logEnd, long flushedEnd) {
  /** Of a replica that has not been heard of in this epoch. */
  public static final LogEnds UNKNOWN = new LogEnds(0, 0);

  /** What counts towards the high watermark under a policy. */
  public long countedEnd(FlushPolicy policy) {
    return switch (policy) {
      case ACK -> flushedEnd;
      case REPLICATED -> logEnd;
    };
  }
}
