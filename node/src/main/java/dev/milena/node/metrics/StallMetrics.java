package dev.milena.node.metrics;

import dev.milena.broker.core.stalls.StallAges;
import java.util.TreeMap;
import java.util.function.Supplier;

/** For how long disks and partition loops have been silent. */
public final class StallMetrics {
  private static final double MS = 1_000;

  private StallMetrics() {}

  /**
   * Registers all of them.
   *
   * @param ages as they were last looked at
   */
  public static void register(NodeMetrics metrics, Supplier<StallAges> ages) {
    metrics.gauges(
        "milena_log_directory_oldest_call_seconds",
        "For how long the oldest call to the disk under a log directory has not come back; 0"
            + " without one. At disk.stall.ms the directory is given up.",
        "directory",
        () -> {
          TreeMap<String, Double> all = new TreeMap<>();
          ages.get().callMs().forEach((root, ms) -> all.put(root.toString(), ms / MS));
          return all;
        });
    metrics.gauge(
        "milena_broker_loop_step_seconds",
        "For how long the partition loop that has been in one step for the longest has been in it;"
            + " 0 while all rest.",
        () -> ages.get().loopMs() / MS);
  }
}
