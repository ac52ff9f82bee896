package dev.milena.node.metrics;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** By what time this node deletes, and whether it looks. */
public final class RetentionMetrics {
  private static final double MS_PER_SECOND = 1_000;

  private RetentionMetrics() {}

  /**
   * Registers all of them.
   *
   * @param checks how often partitions have looked for segments that may go
   * @param aheadMs how far this node's wall clock is ahead of the cluster's time, in milliseconds;
   *     empty before that was heard
   */
  public static void register(
      NodeMetrics metrics, LongSupplier checks, Supplier<OptionalLong> aheadMs) {
    metrics.counter(
        "milena_broker_retention_checks_total",
        "How often a partition of this node has looked for segments that may be deleted.",
        checks::getAsLong);
    metrics.gaugeOnceKnown(
        "milena_broker_clock_ahead_seconds",
        "How far this node's wall clock is ahead of the cluster's time, which is the lower median of the brokers' wall clocks; negative when it is behind. Not shown before the quorum's leader has said the time.",
        () -> seconds(aheadMs.get()));
  }

  private static OptionalDouble seconds(OptionalLong ms) {
    return ms.isPresent()
        ? OptionalDouble.of(ms.getAsLong() / MS_PER_SECOND)
        : OptionalDouble.empty();
  }
}
