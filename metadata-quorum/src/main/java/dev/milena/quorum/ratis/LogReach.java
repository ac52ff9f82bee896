package dev.milena.quorum.ratis;

import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks that the quorum's log goes on where the opened snapshot ends. After a damaged snapshot it
 * may not: entries between would be missing from the state, silently.
 */
final class LogReach {
  private static final Pattern LOG_FILE = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-\\d+)?");

  private LogReach() {}

  /**
   * Refuses a log with a hole after the snapshot.
   *
   * @param current Ratis' folder of log files, "log_START-END" and "log_inprogress_START"
   * @param snapshotIndex of the last entry in the snapshot, -1 without one
   */
  static void require(Path current, long snapshotIndex) throws IOException {
    OptionalLong first = firstIndex(current);
    if (first.isPresent() && first.getAsLong() > snapshotIndex + 1) {
      throw new StoreFailure(
          "the quorum's log in %s begins at %s, the newest whole snapshot ends at %s: what lies between is lost on this disk. With other members, remove this voter and add it again, emptied; alone, restore the folder from a backup"
              .formatted(current, first.getAsLong(), snapshotIndex));
    }
  }

  private static OptionalLong firstIndex(Path current) throws IOException {
    if (!Files.isDirectory(current)) {
      return OptionalLong.empty();
    }
    try (Stream<Path> files = Files.list(current)) {
      List<Matcher> logs =
          files.map(file -> LOG_FILE.matcher(file.getFileName().toString())).toList();
      return logs.stream()
          .filter(Matcher::matches)
          .mapToLong(log -> Long.parseLong(log.group(1)))
          .min();
    }
  }
}
