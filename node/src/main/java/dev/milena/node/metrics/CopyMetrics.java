package dev.milena.node.metrics;

import dev.milena.broker.core.copy.CopyTotals;

/** What goes between brokers that hold replicas of the same partitions. */
public final class CopyMetrics {
  private CopyMetrics() {}

  /** Registers all of them. */
  public static void register(NodeMetrics metrics, CopyTotals totals) {
    metrics.counter(
        "milena_replication_copied_bytes_total",
        "Bytes of batches that this node has taken from leaders and appended.",
        totals::copiedBytes);
    metrics.counter(
        "milena_replication_fed_bytes_total",
        "Bytes of batches that this node has sent to followers.",
        totals::fedBytes);
    metrics.counter(
        "milena_replication_fed_from_disk_bytes_total",
        "Of those, what had to be read from the log for a follower that was not right behind.",
        totals::fedFromDiskBytes);
  }
}
