package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ClusterTime;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that retention goes by, of one broker. {@link RetentionTime} decides which it is, {@link
 * ClockNotice} when to speak of it; this class asks the clocks and speaks. Any thread may ask; the
 * lock is held for a few comparisons, and once an episode for a line of the log.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RetentionClock {
  private static final Logger events = LoggerFactory.getLogger(RetentionClock.class);

  private final BrokerClock clock;
  private final Supplier<Optional<ClusterTime>> heard;
  private final RetentionTime time = new RetentionTime();
  private final ClockNotice notice;
  private final AtomicLong checks = new AtomicLong();

  /**
   * @param heard the cluster's time as it was heard last; asked each time, must not block
   */
  public RetentionClock(BrokerClock clock, Supplier<Optional<ClusterTime>> heard) {
    this.clock = clock;
    this.heard = heard;
    this.notice = new ClockNotice(clock.monotonicMs());
  }

  /** Looks at the clocks, so that a jump is dated by when it came, and told of. */
  public void look() {
    var _ = nowMs();
  }

  /**
   * A partition looks for segments that may go: by which time, in milliseconds since 1970; empty
   * when none may go by time yet.
   */
  OptionalLong check() {
    checks.incrementAndGet();
    return nowMs();
  }

  /** How often partitions have looked for segments that may go. */
  public long checks() {
    return checks.get();
  }

  /**
   * How far this broker's wall clock is ahead of the cluster's time, in milliseconds; empty before
   * that was heard.
   */
  public OptionalLong aheadMs() {
    long nowMs = clock.monotonicMs();
    return aheadMs(clock.wallMs(), nowMs, heard.get());
  }

  private static OptionalLong aheadMs(long wallMs, long nowMs, Optional<ClusterTime> cluster) {
    return cluster.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(wallMs - cluster.get().at(nowMs));
  }

  private synchronized OptionalLong nowMs() {
    Optional<ClusterTime> cluster = heard.get();
    long nowMs = clock.monotonicMs();
    long wallMs = clock.wallMs();
    OptionalLong found = time.at(wallMs, nowMs, cluster);
    OptionalLong aheadMs = aheadMs(wallMs, nowMs, cluster);
    switch (notice.due(aheadMs, nowMs)) {
      case AWAY ->
          events
              .atWarn()
              .addKeyValue("ownTime", Instant.ofEpochMilli(wallMs))
              .addKeyValue("clusterTime", Instant.ofEpochMilli(wallMs - aheadMs.orElseThrow()))
              .log(
                  "this machine's clock is far from the clocks of the other brokers; records are"
                      + " deleted by the earlier one, so perhaps late; look which of them no time"
                      + " server keeps, and set that one right");
      case UNHEARD ->
          events
              .atWarn()
              .log(
                  "the quorum's leader has not said the cluster's time since this broker started, so"
                      + " no record is deleted for its age; it cannot while no more than half of the"
                      + " registered brokers are up: start them, or decommission those that will not"
                      + " come back");
      case NOTHING -> {
        // clocks agree, or it was said
      }
    }
    return found;
  }
}
