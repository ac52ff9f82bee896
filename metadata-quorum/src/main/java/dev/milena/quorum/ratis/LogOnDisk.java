package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a member sees to itself of the log's files, which Ratis writes: that they are whole, and
 * reach as far as they have been, when the log is opened; and when it is cut.
 */
final class LogOnDisk {
  private final LogCuts cuts = new LogCuts();
  private volatile List<LastEntry> mustReach = List.of();

  /** While it is open. */
  LogCuts cuts() {
    return cuts;
  }

  /** Where it must not end before when it is opened next. */
  void mustReach(List<LastEntry> entries) {
    mustReach = List.copyOf(entries);
  }

  /**
   * Mends what a crash leaves, and refuses what is damaged or lost; on the thread that opens it.
   *
   * @param current Ratis' folder of log files
   * @param snapshot that was opened
   * @param damaged snapshots that were found damaged, for a person to look at
   */
  void beforeOpening(Path current, Optional<SnapshotFiles.Named> snapshot, List<Path> damaged)
      throws IOException {
    LogTail.mend(current);
    long snapshotIndex = snapshot.map(SnapshotFiles.Named::index).orElse(-1L);
    LogReach.finishPurge(current, snapshotIndex);
    LogReach.require(current, snapshotIndex, damaged);
    LogEnd.require(
        current, snapshot.map(named -> new LastEntry(named.term(), named.index())), mustReach);
  }
}
