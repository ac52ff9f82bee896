package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which connections were turned away, without letting strangers fill the log: at most one line
 * an interval, of bounded length, with nothing of what they sent but a few bytes in hexadecimal.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  /** So many of a stranger's bytes are shown. */
  private static final int SHOWN_BYTES = 16;

  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private long nextNanos;
  private long unsaid;

  /**
   * A log that says at most one line an interval.
   *
   * @param intervalMs at least so long between two lines, in milliseconds
   * @param nanoTime the clock
   */
  public RefusalLog(long intervalMs, LongSupplier nanoTime) {
    this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMs);
    this.nanoTime = nanoTime;
    this.nextNanos = nanoTime.getAsLong();
  }

  /**
   * Says that a connection was turned away.
   *
   * @param why our own words
   * @param from where it came from, if known
   */
  void refused(String why, @Nullable Object from) {
    line(why, from).ifPresent(LOG::warn);
  }

  /** As {@link #refused(String, Object)}, with the first bytes that came. */
  void refused(String why, @Nullable Object from, ByteBuf bytes) {
    int shown = Math.min(SHOWN_BYTES, bytes.readableBytes());
    String hex = ByteBufUtil.hexDump(bytes, bytes.readerIndex(), shown);
    refused(why + "; first bytes 0x" + hex, from);
  }

  /** The line to be logged now; empty while the interval lasts. */
  synchronized Optional<String> line(String why, @Nullable Object from) {
    long now = nanoTime.getAsLong();
    if (now - nextNanos < 0) {
      unsaid++;
      return Optional.empty();
    }
    nextNanos = now + intervalNanos;
    String more = unsaid == 0 ? "" : " (and " + unsaid + " more since the last such line)";
    unsaid = 0;
    return Optional.of("connection from " + from + " closed: " + why + more);
  }
}
