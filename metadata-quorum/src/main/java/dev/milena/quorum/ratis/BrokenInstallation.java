package dev.milena.quorum.ratis;

import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is left when a process ends while a snapshot is taken in. Ratis (3.3.0) receives it in a
 * folder of its own, puts the folder of snapshots aside under another name, gives the new one its
 * name, and deletes the old. In between a member has no snapshot under the name that it looks for,
 * and what was received or put aside stays for ever.
 */
final class BrokenInstallation {
  private static final Logger log = LoggerFactory.getLogger(BrokenInstallation.class);

  /** Behind the name of the folder of snapshots, before a time. */
  private static final String ASIDE = ".tmp";

  /** Before the number of a sending; the name of a folder with what came of it. */
  static final String RECEIVED = "snapshot-";

  private BrokenInstallation() {}

  /**
   * Brings back the snapshots that were put aside, beside those that are there: the newest whole
   * one is opened. Deletes what was received.
   *
   * @param group the folder of all that Ratis keeps of this quorum
   * @param snapshots the folder of snapshots, which need not exist
   * @param receiving where Ratis receives them, which need not exist
   */
  static void mend(Path group, Path snapshots, Path receiving) throws IOException {
    for (Path aside : in(group, snapshots.getFileName() + ASIDE)) {
      Files.createDirectories(snapshots);
      for (Path kept : in(aside, "")) {
        Path place = snapshots.resolve(kept.getFileName());
        if (Files.notExists(place)) {
          Files.move(kept, place, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      SnapshotFiles.force(snapshots);
      SnapshotFiles.force(group);
      SnapshotFiles.delete(aside);
      log.atWarn()
          .addKeyValue("folder", aside)
          .log("the taking in of a snapshot was broken off; those from before are back");
    }
    deleteReceived(receiving);
  }

  /** Deletes what came of sendings that are over, or about to begin. */
  static void deleteReceived(Path receiving) throws IOException {
    for (Path part : in(receiving, RECEIVED)) {
      SnapshotFiles.delete(part);
    }
  }

  private static List<Path> in(Path folder, String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(one -> one.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }
}
