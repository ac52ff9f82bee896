package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.quorum.ratis.formation.LastEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A voter that has all it acknowledged comes back, whatever became of it and of the others. */
@Timeout(120)
class NothingLostTest {
  private static final int MORE_THAN_COMES_INSTEAD = 30;

  private final Path folder;
  private TestQuorum quorum;

  NothingLostTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    quorum = new TestQuorum(folder, 3, Members.SMALL_LOG);
  }

  private void start() throws Exception {
    quorum.startAll();
    Members.bringUpBroker(quorum.leader(), 1);
  }

  @AfterEach
  void stop() {
    quorum.close();
  }

  /**
   * Two of five have entries that a later leader, who never had them, cuts off: they acknowledged
   * them to a leader, and lost nothing. It is here too that a log is cut, and taken in from then
   * on.
   */
  @Test
  void votersWhoseEntriesALaterLeaderCutOffComeBack() throws Exception {
    quorum = new TestQuorum(folder.resolve("five"), 5, Members.SMALL_LOG);
    start();
    int leader = quorum.leaderId();
    int follower = quorum.followerId();
    List<Integer> others = new ArrayList<>(List.of(1, 2, 3, 4, 5));
    others.removeAll(List.of(leader, follower));
    others.forEach(quorum::stop);
    long before = lastIndex(follower);
    List<CompletionStage<QuorumAnswer>> ofTwo = new ArrayList<>();
    for (int i = 0; i < MORE_THAN_COMES_INSTEAD; i++) {
      MetadataCommand topic = Members.createTopic("of-two-" + i, 1);
      ofTwo.add(quorum.node(leader).submit(topic, Members.ORIGIN, 1_500));
    }
    for (CompletionStage<QuorumAnswer> answer : ofTwo) {
      assertFalse(Members.await(answer) instanceof QuorumAnswer.Decided);
    }
    TestQuorum.await(
        "on the follower's disk", () -> lastIndex(follower) >= before + MORE_THAN_COMES_INSTEAD);
    quorum.stop(follower);
    quorum.stop(leader);
    for (int id : others) {
      quorum.start(id);
    }
    quorum.createTopic(others.getFirst(), "of-three");

    quorum.start(follower);
    quorum.start(leader);
    quorum.assertAllAgree();
    assertTrue(
        lastIndex(follower) < before + MORE_THAN_COMES_INSTEAD, "its log is as long as it was");
    for (int id : List.of(follower, leader)) {
      quorum.stop(id);
      quorum.start(id);
    }

    quorum.assertAllAgree();
    quorum.assertNobodyHalted();
  }

  private long lastIndex(int id) {
    try {
      Path current = Members.groupFolder(quorum.settings(id)).resolve("current");
      for (LogFile file : LogFile.newestFirst(current)) {
        Optional<LastEntry> last = LogTail.last(file.path());
        if (last.isPresent()) {
          return last.get().index();
        }
      }
      return -1;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** A copy of a running disk may be used by who votes alone; what others noted before is void. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void aVoterThatWasPutBackWhileItVotedAloneIsNotHeldToWhatAnotherNotedBefore() throws Exception {
    quorum = new TestQuorum(folder.resolve("two"), 2, Members.SMALL_LOG);
    start();
    while (quorum.leaderId() != 1) {
      var _ = quorum.leader().handOver(2_000);
    }
    VoterChange removed =
        Members.await(quorum.change(leads -> leads.removeVoter(2, Members.ORIGIN)));
    assertInstanceOf(VoterChange.Done.class, removed, removed::toString);
    quorum.awaitStage(2, QuorumStage.STRANGER);
    quorum.stop(1);
    DiskImage image = DiskImage.of(quorum.settings(1));
    quorum.start(1);
    for (int i = 0; i < 20; i++) {
      quorum.createTopic(1, "t" + i);
    }
    quorum.stop(1);
    image.putBack(quorum.settings(1));
    quorum.start(1);

    VoterChange added =
        Members.await(quorum.change(leads -> leads.addVoter(quorum.voter(2), Members.ORIGIN)));
    assertInstanceOf(VoterChange.Done.class, added, added::toString);
    quorum.stop(1);
    quorum.start(1);
    quorum.createTopic(1, "both");
    quorum.assertAllAgree();
    quorum.assertNobodyHalted();
  }

  /** Ratis writes the voters beside the log again while it reads that: an old one may be left. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void aVoterFindsTheOthersThoughWhatIsNotedBesideItsLogIsOfBefore() throws Exception {
    start();
    while (quorum.leaderId() != 3) {
      var _ = quorum.leader().handOver(2_000);
    }
    Path conf = Members.groupFolder(quorum.settings(3)).resolve("current/raft-meta.conf");
    byte[] before = Files.readAllBytes(conf);
    for (int id : new int[] {4, 5}) {
      quorum.addNode(id);
      quorum.start(id);
      VoterChange added =
          Members.await(quorum.change(leads -> leads.addVoter(quorum.voter(id), Members.ORIGIN)));
      assertInstanceOf(VoterChange.Done.class, added, added::toString);
    }
    for (int id : new int[] {1, 2}) {
      VoterChange removed =
          Members.await(quorum.change(leads -> leads.removeVoter(id, Members.ORIGIN)));
      assertInstanceOf(VoterChange.Done.class, removed, removed::toString);
      quorum.awaitStage(id, QuorumStage.STRANGER);
      quorum.stop(id);
    }
    quorum.stop(3);
    Files.write(conf, before);

    quorum.start(3);
    quorum.awaitStage(3, QuorumStage.VOTER);
    quorum.assertAllAgree();
    quorum.assertNobodyHalted();
  }

  /** Whoever restarts has what it acknowledged, whatever it did last; nobody is refused wrongly. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void votersThatLostNothingComeBackOneByOneAndAllAtOnce() throws Exception {
    start();
    int away = quorum.followerId();
    quorum.stop(away);
    Members.fill(quorum.leader(), 2_500);
    quorum.start(away);
    quorum.assertAllAgree();
    // after a snapshot of the leader's, and after purges
    for (int id = 1; id <= 3; id++) {
      quorum.stop(id);
      quorum.start(id);
      quorum.createTopic(id, "after-" + id);
    }
    for (int id = 1; id <= 3; id++) {
      quorum.stop(id);
      assertTrue(Files.exists(quorum.settings(id).reachedFile()), "nothing is noted at " + id);
    }
    quorum.startAll();
    quorum.assertAllAgree();
    quorum.assertNobodyHalted();
  }

  /** One of three that is gone for good does not keep the other two from coming back. */
  @Test
  void twoOfThreeComeBackWithoutTheThird() throws Exception {
    start();
    for (int id = 1; id <= 3; id++) {
      quorum.stop(id);
    }
    for (int again = 0; again < 2; again++) {
      // ended while it asks
      quorum.start(1);
      quorum.stop(1);
    }
    quorum.start(1);
    assertEquals(QuorumStage.RETURNING, quorum.node(1).stage());
    assertFalse(quorum.node(1).status().leader().isPresent());
    quorum.start(2);
    quorum.createTopic(1, "t");
    quorum.assertAllAgree();
    quorum.assertNobodyHalted();
  }
}
