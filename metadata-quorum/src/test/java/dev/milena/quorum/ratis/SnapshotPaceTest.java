package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.QuorumTuning.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SnapshotPaceTest {
  private static final Snapshots TUNING = new Snapshots(20_000, 500, 3_000, 900_000, 2);

  @TempDir Path folder;
  private final Members members = new Members();

  @Test
  void enoughChangedRowsAreWorthASnapshotAndFewerAreNot() {
    assertFalse(SnapshotPace.isDue(TUNING, 499, 1_000_000, 0));
    assertTrue(SnapshotPace.isDue(TUNING, 500, 3_000, 0));
  }

  @Test
  void snapshotsAreApartTheMoreTheLongerOneTakes() {
    assertFalse(SnapshotPace.isDue(TUNING, 500, 2_999, 0));
    assertFalse(SnapshotPace.isDue(TUNING, 500, 49_999, 1_000));
    assertTrue(SnapshotPace.isDue(TUNING, 500, 50_000, 1_000));
  }

  @Test
  void aFewCommandsThatChangeMuchAreFollowedByASnapshot() throws Exception {
    QuorumTuning small = Members.SMALL_LOG;
    QuorumTuning pacing =
        new QuorumTuning(
            new Snapshots(20_000, 500, 0, 900_000, 2),
            40_000,
            small.segmentBytes(),
            small.journalRetentionBytes(),
            small.electionMs());
    QuorumSettings settings = Members.single(folder, pacing);
    try (QuorumServer member = members.start(settings)) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 20);
      assertEquals(List.of(), snapshots(settings));
      Members.decided(
          member.submit(Members.createTopic("wide", 600), Members.ORIGIN, Members.TIMEOUT_MS));
      TestQuorum.await("a snapshot", () -> !snapshots(settings).isEmpty());
    }
    assertEquals(List.of(), members.halts);
  }

  private static List<Path> snapshots(QuorumSettings settings) {
    try {
      return Members.list(Members.groupFolder(settings).resolve("sm"), "cp-");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
