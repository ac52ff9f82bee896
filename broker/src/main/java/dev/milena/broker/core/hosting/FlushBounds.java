package dev.milena.broker.core.hosting;

/**
 * How little a topic wants to be unflushed, beside what the broker allows in any log. Where
 * somebody waits for every flush ({@code flush.policy=ack}) it changes nothing.
 *
 * @param ms a flush is due when the oldest append it would cover is so old (flush.ms)
 * @param records and when it would cover so many (flush.messages)
 */
public record FlushBounds(long ms, long records) {
  /** The broker's own bounds hold alone. */
  public static final FlushBounds NONE = new FlushBounds(Long.MAX_VALUE, Long.MAX_VALUE);
}
