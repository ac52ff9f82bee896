package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.ReadAnswer;
import dev.milena.quorum.store.Corruption;
import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.StateHashAt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member whose database holds another row than the others', with real Ratis. */
@Timeout(180)
class DoubtedMemberTest {
  @TempDir Path folder;
  private final Members members = new Members();
  private final List<QuorumServer> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(QuorumServer::close);
  }

  @Test
  void aMemberWithAnotherRowEndsAndComesBackWithTheQuorumsState() throws Exception {
    List<QuorumSettings> settings = Members.three(folder, Members.STEADY);
    for (QuorumSettings each : settings) {
      started.add(members.start(each));
    }
    Members.bringUpBroker(leader(), 1);
    Members.fill(leader(), 200);
    int odd = (started.indexOf(leader()) + 1) % 3;
    spoil(settings.get(odd), started.get(odd));
    started.set(odd, members.start(settings.get(odd)));
    Members.fill(leader(), 1_000);

    compare();

    Members.fill(leader(), 50);
    catchUp(started.get(odd));
    assertEquals(1, members.halts.size(), members.halts.toString());
    assertTrue(
        members.halts.getFirst().startsWith("after entry 1000 this member's state hash was "),
        members.halts.toString());

    started.get(odd).close();
    started.set(odd, members.start(settings.get(odd)));
    catchUp(started.get(odd));
    assertEquals(leader().stateHash(), started.get(odd).stateHash());
    assertTrue(started.get(odd).view().image().topic("corrupt").isEmpty());
    assertEquals(1, members.halts.size(), members.halts.toString());
    assertEquals(false, started.get(odd).isStateDoubted());
  }

  /** As the leader's controller has it. */
  private void compare() throws Exception {
    StateHashAt noted = leader().latestStateHash().orElseThrow();
    assertEquals(1_000, noted.index());
    Members.decided(
        leader()
            .submitAsLeader(
                new MetadataCommand.CheckStateHash(noted.index(), noted.stateHash()),
                Members.ORIGIN,
                leader().status().term(),
                Members.TIMEOUT_MS));
  }

  private void spoil(QuorumSettings settings, QuorumServer member) throws Exception {
    catchUp(member);
    Members.await(member.snapshot());
    member.close();
    SnapshotFiles snapshots =
        new SnapshotFiles(Members.groupFolder(settings).resolve("sm"), settings.temporaryFolder());
    SnapshotFiles.Named newest = snapshots.list().getFirst();
    Corruption.ofARow(settings.liveFolder(), snapshots, newest.term(), newest.index());
  }

  /** Until it has applied what the quorum has agreed on by now. */
  private static void catchUp(QuorumServer member) throws Exception {
    for (int i = 0; i < 60; i++) {
      if (Members.await(member.readIndex(Members.TIMEOUT_MS)) instanceof ReadAnswer.CaughtUp) {
        return;
      }
    }
    throw new AssertionError("did not catch up: " + member.status());
  }

  private QuorumServer leader() throws Exception {
    for (long end = System.nanoTime() + 60_000_000_000L; System.nanoTime() < end; ) {
      for (QuorumServer member : started) {
        if (member.status().leading()) {
          return member;
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("nobody leads");
  }
}
