package dev.milena.node.metrics;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The disks under the log directories. A directory that cannot be asked is left out. */
public final class DirectoryMetrics {
  private DirectoryMetrics() {}

  /** Registers all of them. */
  public static void register(NodeMetrics metrics, List<Path> directories) {
    metrics.gauges(
        "milena_log_directory_free_bytes",
        "Room left on the disk under a log directory.",
        "directory",
        () -> ask(directories, FileStore::getUsableSpace));
    metrics.gauges(
        "milena_log_directory_size_bytes",
        "Size of the disk under a log directory.",
        "directory",
        () -> ask(directories, FileStore::getTotalSpace));
  }

  private static SortedMap<String, Double> ask(List<Path> directories, Question question) {
    TreeMap<String, Double> answers = new TreeMap<>();
    for (Path directory : directories) {
      try {
        answers.put(directory.toString(), (double) question.of(Files.getFileStore(directory)));
      } catch (IOException gone) {
        // Its absence is the answer: an alert watches for it.
        answers.remove(directory.toString());
      }
    }
    return answers;
  }

  /** Asking a disk may fail as a disk does. */
  private interface Question {
    long of(FileStore store) throws IOException;
  }
}
