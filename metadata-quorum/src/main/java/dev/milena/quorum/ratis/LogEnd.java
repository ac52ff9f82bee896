package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.ReturnRules;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the log on the disk ends, read without Ratis and before it appends anything. */
final class LogEnd {
  private LogEnd() {}

  /**
   * Refuses a log that ends before it must not.
   *
   * @param current Ratis' folder of log files, the newest of them mended
   * @param snapshot the last entry in the opened snapshot
   * @param mustReach entries that it had; read only if there is one
   */
  static void require(Path current, Optional<LastEntry> snapshot, List<LastEntry> mustReach)
      throws IOException {
    if (mustReach.isEmpty()) {
      return;
    }
    // After a snapshot was taken in, entries that it has others for may lie beside it for a while.
    List<LastEntry> ends = Stream.of(ofFiles(current), snapshot).flatMap(Optional::stream).toList();
    Optional<LastEntry> last = ends.stream().max(Comparator.comparingLong(LastEntry::index));
    Optional<LastEntry> lost =
        mustReach.stream()
            .filter(must -> ends.stream().allMatch(end -> ReturnRules.isShort(end, must)))
            .max(Comparator.comparingLong(LastEntry::index));
    if (lost.isPresent()) {
      throw new StoreFailure(
          "the quorum's log in %s ends at %s, and this voter has had it up to %s: an earlier state of the disk was put back, or the disk has lost what was synced. With less than it had this voter could help to lose what the quorum has agreed on, so it does not vote. Put the newest state of the whole folder back; or remove this voter and add it again, emptied; or, if the others are no majority without it, see docs/ERRORS.md"
              .formatted(current, last.map(LogEnd::place).orElse("nothing"), place(lost.get())));
    }
  }

  private static String place(LastEntry entry) {
    return "index %s of term %s".formatted(entry.index(), entry.term());
  }

  private static Optional<LastEntry> ofFiles(Path current) throws IOException {
    for (LogFile file : LogFile.newestFirst(current)) {
      Optional<LastEntry> last = LogTail.last(file.path());
      if (file.last().isPresent()) {
        // Closed under the name of its last index: where that cannot be read, Ratis refuses it.
        LastEntry named = new LastEntry(Long.MAX_VALUE, file.last().getAsLong());
        return last.filter(entry -> entry.index() == named.index()).or(() -> Optional.of(named));
      }
      if (last.isPresent()) {
        return last;
      }
    }
    return Optional.empty();
  }
}
