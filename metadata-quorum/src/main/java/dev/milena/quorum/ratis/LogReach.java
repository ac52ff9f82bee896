package dev.milena.quorum.ratis;

import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that the quorum's log goes on where the opened snapshot ends. After a damaged snapshot it
 * may not: entries between would be missing from the state, silently.
 */
final class LogReach {
  private static final Logger log = LoggerFactory.getLogger(LogReach.class);

  private LogReach() {}

  /**
   * Finishes a purge that was broken off: Ratis (3.3.0) deletes the newest of the files first, so
   * that a hole is left, with which it never starts again. What lies before a hole is deleted,
   * where the snapshot has all of it.
   *
   * @param current Ratis' folder of log files
   * @param snapshotIndex of the last entry in the snapshot, -1 without one
   */
  static void finishPurge(Path current, long snapshotIndex) throws IOException {
    List<LogFile> files = LogFile.newestFirst(current);
    int whole = wholeFrom(files);
    boolean needed =
        whole == files.size()
            || files.get(whole - 1).start() > snapshotIndex + 1
            || files.get(whole).last().orElse(Long.MAX_VALUE) > snapshotIndex;
    if (needed) {
      return;
    }
    for (LogFile remaining : files.subList(whole, files.size()).reversed()) {
      Files.delete(remaining.path());
      log.atWarn()
          .addKeyValue("file", remaining.path())
          .log("a purge of the quorum's log was broken off; a file that it left is deleted");
    }
    SnapshotFiles.force(current);
  }

  /** How many of these, from the newest on, go on from one another. */
  private static int wholeFrom(List<LogFile> newestFirst) {
    int whole = Math.min(1, newestFirst.size());
    while (whole < newestFirst.size()
        && newestFirst.get(whole).last().orElse(-1) + 1 == newestFirst.get(whole - 1).start()) {
      whole++;
    }
    return whole;
  }

  /**
   * Refuses a log with a hole after the snapshot, or in itself.
   *
   * @param current Ratis' folder of log files
   * @param snapshotIndex of the last entry in the snapshot, -1 without one
   * @param damaged snapshots that were found damaged, for a person to look at
   */
  static void require(Path current, long snapshotIndex, List<Path> damaged) throws IOException {
    List<LogFile> files = LogFile.newestFirst(current);
    if (files.isEmpty()) {
      return;
    }
    long first = files.get(wholeFrom(files) - 1).start();
    if (first > snapshotIndex + 1) {
      throw new StoreFailure(
          "the quorum's log in %s begins at %s, the newest whole snapshot ends at %s%s: what lies between is lost on this disk. With other members, remove this voter and add it again, emptied; alone, restore the folder from a backup"
              .formatted(
                  current,
                  first,
                  snapshotIndex,
                  damaged.isEmpty() ? "" : " (damaged are " + damaged + ")"));
    }
  }
}
