package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which connections were turned away, without letting strangers fill the log: for each reason
 * at most one line an interval, of bounded length, with nothing of what they sent but a few bytes
 * in hexadecimal. A reason does not silence another: noise from one client must not hide what a
 * second one does wrong.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  /** So many of a stranger's bytes are shown. */
  private static final int SHOWN_BYTES = 16;

  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final Map<TurnedAway, Said> said = new EnumMap<>(TurnedAway.class);

  /** When a reason may be said again, and how often it was not said since. */
  private static final class Said {
    private long nextNanos;
    private long unsaid;

    Said(long nextNanos) {
      this.nextNanos = nextNanos;
    }
  }

  /**
   * A log that says each reason at most once an interval.
   *
   * @param intervalMs at least so long between two lines, in milliseconds
   * @param nanoTime the clock
   */
  public RefusalLog(long intervalMs, LongSupplier nanoTime) {
    this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMs);
    this.nanoTime = nanoTime;
  }

  /**
   * Says that a connection was turned away.
   *
   * @param from where it came from, if known
   */
  void refused(TurnedAway why, @Nullable Object from) {
    line(why, "", from).ifPresent(LOG::warn);
  }

  /** As {@link #refused(TurnedAway, Object)}, with the kind of failure. */
  void refused(TurnedAway why, @Nullable Object from, Throwable cause) {
    line(why, ": " + cause.getClass().getSimpleName(), from).ifPresent(LOG::warn);
  }

  /** As {@link #refused(TurnedAway, Object)}, with the first bytes that came. */
  void refused(TurnedAway why, @Nullable Object from, ByteBuf bytes) {
    int shown = Math.min(SHOWN_BYTES, bytes.readableBytes());
    String hex = ByteBufUtil.hexDump(bytes, bytes.readerIndex(), shown);
    line(why, "; first bytes 0x" + hex, from).ifPresent(LOG::warn);
  }

  /** The line to be logged now; empty while the interval lasts. */
  synchronized Optional<String> line(TurnedAway why, String detail, @Nullable Object from) {
    long now = nanoTime.getAsLong();
    Said last = said.computeIfAbsent(why, first -> new Said(now));
    if (now - last.nextNanos < 0) {
      last.unsaid++;
      return Optional.empty();
    }
    last.nextNanos = now + intervalNanos;
    String more =
        last.unsaid == 0 ? "" : " (and " + last.unsaid + " more since the last such line)";
    last.unsaid = 0;
    return Optional.of("connection from " + from + " closed: " + why.words() + detail + more);
  }
}
