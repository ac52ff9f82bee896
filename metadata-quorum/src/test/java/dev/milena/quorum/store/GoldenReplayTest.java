package dev.milena.quorum.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.ImageDelta;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.MetadataState;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.RefusalReason;
import dev.milena.metadata.SubmittedCommand;
import dev.milena.metadata.codec.EntryCodec;
import dev.milena.metadata.codec.RecordCodec;
import dev.milena.metadata.codec.RowChange;
import dev.milena.metadata.codec.RowCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a release has decided is decided the same for ever: each log in resources/golden comes to
 * the journal, the rows and the hashes that are checked in beside it, byte for byte (ADR 4). A
 * folder of a release that is out is never changed; new commands go into the next one.
 */
class GoldenReplayTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  /**
   * The folders of the release that is being built, and what writes their logs. What came into it
   * after a folder was checked in is in another one.
   */
  private static final Map<String, Supplier<GoldenLog>> NEXT =
      Map.of(
          "0.1.0", GoldenScript::log,
          "0.1.0-voters", GoldenVotersScript::log,
          "0.1.0-isr", GoldenIsrScript::log,
          "0.1.0-unclean", GoldenUncleanScript::log,
          "0.1.0-producers", GoldenProducersScript::log,
          "0.1.0-elections", GoldenElectionsScript::log,
          "0.1.0-drain", GoldenDrainScript::log);

  /** Only the door of the quorum's server, or a command of half a megabyte, is refused so. */
  private static final Set<RefusalReason> TOO_LARGE_TO_KEEP =
      EnumSet.of(RefusalReason.COMMAND_TOO_LARGE);

  @TempDir Path folder;

  /** What a log comes to, as lines of text. */
  private record Outcome(List<String> journal, List<String> rows, List<String> hashes) {}

  @Test
  void everyReleasesLogComesToTheSameBytes() throws Exception {
    List<Path> releases = releases();
    NEXT.keySet()
        .forEach(one -> assertTrue(releases.contains(GOLDEN.resolve(one)), releases.toString()));
    for (Path release : releases) {
      Outcome outcome = replay(Files.readAllLines(release.resolve("log.txt")));

      assertSame(release.resolve("hashes.txt"), outcome.hashes());
      assertSame(release.resolve("journal.txt"), outcome.journal());
      assertSame(release.resolve("rows.txt"), outcome.rows());
    }
  }

  @Test
  void theLogOfTheNextReleaseIsWhatItsScriptGives() throws Exception {
    for (var next : NEXT.entrySet()) {
      isWhatItsScriptGives(next.getKey(), next.getValue().get().lines());
    }
  }

  private void isWhatItsScriptGives(String next, List<String> log) throws Exception {
    Outcome outcome = replay(log);
    Path written = Files.createDirectories(Path.of("target", "golden", next));
    Files.writeString(written.resolve("log.txt"), text(log));
    Files.writeString(written.resolve("journal.txt"), text(outcome.journal()));
    Files.writeString(written.resolve("rows.txt"), text(outcome.rows()));
    Files.writeString(written.resolve("hashes.txt"), text(outcome.hashes()));

    // if this release is not out, what was written may take the place of what is checked in
    assertSame(GOLDEN.resolve(next).resolve("log.txt"), log);
  }

  /** Tells the first line that differs: the whole is far too long to read. */
  private static void assertSame(Path expected, List<String> lines) throws IOException {
    List<String> wanted = Files.readAllLines(expected);
    for (int i = 0; i < Math.min(wanted.size(), lines.size()); i++) {
      assertEquals(wanted.get(i), lines.get(i), expected + " line " + (i + 1));
    }
    assertEquals(wanted.size(), lines.size(), expected + " has another number of lines");
  }

  @Test
  void everyKindOfCommandRecordAndRefusalIsCovered() throws Exception {
    Set<String> accepted = new TreeSet<>();
    Set<String> records = new TreeSet<>();
    Set<RefusalReason> refused = EnumSet.copyOf(TOO_LARGE_TO_KEEP);
    for (Path release : releases()) {
      MetadataState state = MetadataState.EMPTY;
      for (String line : Files.readAllLines(release.resolve("log.txt"))) {
        GoldenLog.Entry entry = GoldenLog.Entry.of(line);
        if (EntryCodec.decode(entry.bytes())
            instanceof EntryCodec.Entry.Command(CommandStamp stamp, SubmittedCommand submitted)) {
          EntryPlace place = new EntryPlace(entry.term(), entry.index());
          MetadataState.Step step = state.step(place, submitted, stamp);
          step.records().forEach(one -> records.add(one.getClass().getSimpleName()));
          Optional<RefusalReason> reason = reasonOf(step.answer());
          reason.ifPresent(refused::add);
          accepted.addAll(
              reason.isPresent()
                  ? Set.of()
                  : Set.of(submitted.command().getClass().getSimpleName()));
          state = step.state();
        }
      }
    }

    Set<String> commands = kinds(MetadataCommand.class);
    commands.remove(MetadataCommand.Unreadable.class.getSimpleName());
    assertEquals(commands, accepted);
    assertEquals(kinds(MetadataRecord.class), records);
    assertEquals(EnumSet.allOf(RefusalReason.class), refused);
  }

  private static Optional<RefusalReason> reasonOf(QuorumAnswer answer) {
    return answer instanceof QuorumAnswer.Refused refused
        ? Optional.of(refused.refusal().reason())
        : Optional.empty();
  }

  /** Through a real replica, which restarts from a snapshot half way. */
  private Outcome replay(List<String> log) throws IOException {
    Path place = Files.createTempDirectory(folder, "replay");
    SnapshotFiles snapshots =
        new SnapshotFiles(place.resolve("snapshots"), place.resolve("temporary"));
    List<String> hashes = new ArrayList<>();
    int half = log.size() / 2;
    try (MetadataReplica replica = new MetadataReplica(place.resolve("live"), 1L << 30)) {
      replica.open(snapshots);
      apply(replica, log.subList(0, half), hashes);
      replica.snapshot(snapshots);
    }
    try (MetadataReplica replica = new MetadataReplica(place.resolve("live"), 1L << 30)) {
      replica.open(snapshots);
      apply(replica, log.subList(half, log.size()), hashes);
      // opening it once more reads every stored row, and compares their hash
      replica.snapshot(snapshots);
      replica.open(snapshots);
      return new Outcome(journal(replica), rows(replica), hashes);
    }
  }

  private static void apply(MetadataReplica replica, List<String> log, List<String> hashes)
      throws StoreFailure {
    for (String line : log) {
      GoldenLog.Entry entry = GoldenLog.Entry.of(line);
      replica.apply(entry.term(), entry.index(), entry.bytes());
      hashes.add(entry.index() + " " + HexFormat.of().toHexDigits(replica.stateHash()));
    }
  }

  private static List<String> journal(MetadataReplica replica) throws StoreFailure {
    List<String> lines = new ArrayList<>();
    RecordStream.Page page = replica.stream().read(0, Integer.MAX_VALUE);
    for (JournalStep step : ((RecordStream.Page.Steps) page).steps()) {
      lines.add(step.index() + " " + HexFormat.of().formatHex(RecordCodec.write(step)));
    }
    return lines;
  }

  private static List<String> rows(MetadataReplica replica) {
    MetadataState state = ((AppliedView) replica.view()).applied().stored().state();
    MetadataState empty = MetadataState.EMPTY;
    List<String> lines = new ArrayList<>();
    for (RowChange row :
        RowCodec.changes(empty, state, ImageDelta.between(empty.image(), state.image()))) {
      HexFormat hex = HexFormat.of();
      lines.add(hex.formatHex(row.key()) + " " + hex.formatHex(row.after().orElseThrow()));
    }
    Collections.sort(lines);
    return lines;
  }

  private static Set<String> kinds(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses())
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> releases() throws IOException {
    try (var folders = Files.list(GOLDEN)) {
      return folders.sorted().toList();
    }
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
