package dev.milena.node.metrics;

import dev.milena.broker.core.hosting.DirectoryHealth;
import dev.milena.broker.core.serving.CoreTotals;
import dev.milena.node.directory.DiskRoom;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The disks under the log directories. A directory that cannot be asked, or does not answer in a
 * second, is left out: its absence is the answer, and an alert watches for it.
 */
public final class DirectoryMetrics {
  private static final long WAIT_MS = 1_000;

  private DirectoryMetrics() {}

  /**
   * Registers all of them.
   *
   * @param disks that of the node
   */
  public static void register(NodeMetrics metrics, List<Path> directories, DiskRoom disks) {
    metrics.gauges(
        "milena_log_directory_free_bytes",
        "Room left on the disk under a log directory.",
        "directory",
        () -> ask(directories, disks, DiskRoom.Room::freeBytes));
    metrics.gauges(
        "milena_log_directory_size_bytes",
        "Size of the disk under a log directory, without what the file system keeps back.",
        "directory",
        () -> ask(directories, disks, DiskRoom.Room::sizeBytes));
  }

  /**
   * Registers what is known without asking the disks.
   *
   * @param directories how they are
   */
  public static void registerHealth(
      NodeMetrics metrics, Supplier<List<DirectoryHealth>> directories) {
    metrics.gauges(
        "milena_log_directory_offline_logs",
        "Logs of a log directory that have failed or could not be opened, and take nothing until"
            + " the node is restarted.",
        "directory",
        () -> {
          TreeMap<String, Double> offline = new TreeMap<>();
          for (DirectoryHealth each : directories.get()) {
            offline.put(each.root().toString(), (double) each.failed().size());
          }
          return offline;
        });
    metrics.gauge(
        "milena_broker_unusable_directories",
        "Log directories whose disk has failed all their logs, or whose own files cannot be"
            + " written; with all of them unusable the node ends.",
        () -> directories.get().stream().filter(DirectoryHealth::isUnusable).count());
  }

  /**
   * Registers what is done about bytes that disks have changed, and how often and how long logs are
   * synced.
   */
  public static void registerTotals(NodeMetrics metrics, Supplier<CoreTotals> totals) {
    metrics.counter(
        "milena_log_scrubbed_bytes_total",
        "Stored bytes that were looked over without being asked for, and found sound.",
        () -> totals.get().scrubbedBytes());
    metrics.counter(
        "milena_log_mended_batches_total",
        "Damaged batches that were replaced with another replica's; a disk that has one will have"
            + " more.",
        () -> totals.get().mendedBatches());
    metrics.counter(
        "milena_log_syncs_total",
        "Syncs of logs. One of a log covers all that was appended to it before.",
        () -> totals.get().syncs().count());
    metrics.counter(
        "milena_log_sync_seconds_total",
        "How long they took, added up; by their number, what a sync of a log takes.",
        () -> totals.get().syncs().seconds());
  }

  private static SortedMap<String, Double> ask(
      List<Path> directories, DiskRoom disks, ToDoubleFunction<DiskRoom.Room> value) {
    TreeMap<String, Double> answers = new TreeMap<>();
    disks
        .look(directories, WAIT_MS)
        .forEach((at, room) -> answers.put(at.toString(), value.applyAsDouble(room)));
    return answers;
  }
}
