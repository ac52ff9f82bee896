package dev.milena.node.metrics;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The disks under the log directories. A directory that cannot be asked, or does not answer in a
 * second, is left out: its absence is the answer, and an alert watches for it.
 */
public final class DirectoryMetrics {
  private static final long WAIT_MS = 1_000;

  private DirectoryMetrics() {}

  /** Registers all of them. */
  public static void register(NodeMetrics metrics, List<Path> directories) {
    register(metrics, directories, new DiskRoom(DiskRoom::ofMachine, WAIT_MS));
  }

  static void register(NodeMetrics metrics, List<Path> directories, DiskRoom disks) {
    metrics.gauges(
        "milena_log_directory_free_bytes",
        "Room left on the disk under a log directory.",
        "directory",
        () -> ask(directories, disks, DiskRoom.Room::freeBytes));
    metrics.gauges(
        "milena_log_directory_size_bytes",
        "Size of the disk under a log directory.",
        "directory",
        () -> ask(directories, disks, DiskRoom.Room::sizeBytes));
  }

  private static SortedMap<String, Double> ask(
      List<Path> directories, DiskRoom disks, ToDoubleFunction<DiskRoom.Room> value) {
    // All are asked before the first is waited for: so all that hang cost one wait.
    directories.forEach(disks::ask);
    TreeMap<String, Double> answers = new TreeMap<>();
    for (Path directory : directories) {
      disks
          .room(directory)
          .ifPresent(room -> answers.put(directory.toString(), value.applyAsDouble(room)));
    }
    return answers;
  }
}
