package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.QuorumAnswer;
import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.ReturnRules;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A voter that has less on its disk than it acknowledged takes no part with it. */
@Timeout(120)
class PutBackVoterTest {
  private static final String REFUSED = "and this voter has had it up to index ";

  private final Path folder;
  private TestQuorum quorum;

  PutBackVoterTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    quorum = new TestQuorum(folder, 3, Members.SMALL_LOG);
  }

  private void startAll() throws Exception {
    quorum.startAll();
    Members.bringUpBroker(quorum.leader(), 1);
  }

  @AfterEach
  void stop() {
    quorum.close();
  }

  /** Only this one is left that knows: the others' leader is gone, and who is behind knows less. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void aVoterThatWasPutBackDoesNotHelpElectWhoIsBehind() throws Exception {
    startAll();
    int leader = quorum.leaderId();
    int victim = quorum.followerId();
    int behind = quorum.followerIdBut(victim);
    quorum.stop(victim);
    DiskImage image = DiskImage.of(quorum.settings(victim));
    quorum.start(victim);
    quorum.createTopic(victim, "known-to-all");
    quorum.stop(behind);
    quorum.createTopic(leader, "known-to-two");
    quorum.stop(victim);
    image.putBack(quorum.settings(victim));

    assertRefused(victim);
    // Its own disk says so from now on.
    quorum.stop(leader);
    quorum.start(behind);
    StoreFailureLater later = new StoreFailureLater(victim);
    QuorumAnswer answer = quorum.tryCreateTopic(behind, "without-a-majority", 3_000);
    assertInstanceOf(QuorumAnswer.Unavailable.class, answer, answer::toString);
    later.assertRefused();
    quorum.stop(victim);

    quorum.start(leader);
    quorum.createTopic(behind, "with-a-majority-again");
    for (int id : new int[] {leader, behind}) {
      Members.await(quorum.node(id).readIndex(Members.TIMEOUT_MS));
      assertTrue(quorum.node(id).view().image().topic("known-to-two").isPresent(), "at " + id);
    }
  }

  /** Nobody counts what a leader acknowledges; its followers know what it has agreed on. */
  @Test
  void aLeaderThatWasPutBackIsRefusedByWhatItsFollowersKnow() throws Exception {
    startAll();
    int victim = quorum.leaderId();
    quorum.stop(victim);
    DiskImage image = DiskImage.of(quorum.settings(victim));
    quorum.start(victim);
    quorum.assertAllAgree();
    while (quorum.leaderId() != victim) {
      var _ = quorum.leader().handOver(2_000);
    }
    long index = quorum.createTopic(victim, "t");
    int follower = quorum.followerId();
    awaitKnown(follower, victim, index);
    quorum.stop(victim);
    image.putBack(quorum.settings(victim));

    assertRefused(victim);
    quorum.createTopic(follower, "the-others-go-on");
  }

  /** A disk of the first day: by it this voter is alone, and needs nobody to lead. */
  @Test
  void aVoterThatWasPutBackToWhenItVotedAloneLeadsNoQuorumOfItsOwn() throws Exception {
    DiskImage image = grow(2);
    awaitKnown(2, 1, quorum.createTopic(2, "of-two"));
    quorum.stop(1);
    image.putBack(quorum.settings(1));
    quorum.name(1, List.of(quorum.voter(1), quorum.voter(2)));

    assertRefused(1);
  }

  /** The one that answers is a majority with it, but not all: it asks for many rounds. */
  @Test
  void aVoterThatWasPutBackToWhenItVotedAloneIsRefusedByOneOfTwoToo() throws Exception {
    DiskImage image = grow(3);
    awaitKnown(2, 1, quorum.createTopic(2, "of-three"));
    quorum.stop(3);
    quorum.stop(1);
    image.putBack(quorum.settings(1));
    quorum.name(1, List.of(quorum.voter(1), quorum.voter(2), quorum.voter(3)));

    assertRefused(1);
  }

  /** The others go on without it, and say so; its disk and its patience say nothing against it. */
  @Test
  void aVoterThatWasPutBackToWhenItVotedAloneAndWasReplacedSinceNeverOpensItsLog()
      throws Exception {
    DiskImage image = grow(3);
    Members.done(quorum.change(leads -> leads.removeVoter(1, Members.ORIGIN)));
    quorum.awaitStage(1, QuorumStage.STRANGER);
    quorum.stop(1);
    image.putBack(quorum.settings(1));
    quorum.name(1, List.of(quorum.voter(1), quorum.voter(2), quorum.voter(3)));

    quorum.start(1);

    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3 * ReturnRules.LATE_MS);
    TestQuorum.await("time", () -> System.nanoTime() > endNanos);
    assertEquals(QuorumStage.RETURNING, quorum.node(1).stage());
    quorum.createTopic(2, "without-it");
    quorum.assertNobodyHalted();
  }

  /** Who was away meanwhile knows the quorum of then, of which nobody else is left. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void theOnlyVoterThatIsLeftDoesNotWaitForOneThatWasAwayWhenTheOthersWereRemoved()
      throws Exception {
    quorum = new TestQuorum(folder.resolve("four"), 4, Members.SMALL_LOG);
    startAll();
    int left = quorum.leaderId();
    int away = quorum.followerId();
    quorum.stop(away);
    for (int id = 1; id <= 4; id++) {
      int removed = id;
      if (id != left) {
        Members.done(quorum.change(leads -> leads.removeVoter(removed, Members.ORIGIN)));
      }
    }
    quorum.createTopic(left, "alone");
    quorum.stop(left);

    quorum.start(away);
    quorum.start(left);

    quorum.createTopic(left, "alone-again");
    quorum.assertNobodyHalted();
  }

  /** A cluster that grew from its first node to so many, and the disk of that from before. */
  private DiskImage grow(int voters) throws Exception {
    quorum = new TestQuorum(folder.resolve("grown"), 1, Members.SMALL_LOG);
    for (int id = 2; id <= voters; id++) {
      quorum.addNode(id);
    }
    startAll();
    quorum.stop(1);
    DiskImage image = DiskImage.of(quorum.settings(1));
    quorum.start(1);
    for (int id = 2; id <= voters; id++) {
      Voter newcomer = quorum.voter(id);
      VoterChange added =
          Members.await(quorum.change(leads -> leads.addVoter(newcomer, Members.ORIGIN)));
      assertInstanceOf(VoterChange.Done.class, added, added::toString);
      quorum.awaitStage(id, QuorumStage.VOTER);
    }
    return image;
  }

  /** The way out of docs/ERRORS.md: what the one that was further has is what both have then. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void whereTheOthersAreNoMajorityAllCanBeToldToForgetHowFarTheyHaveBeen() throws Exception {
    startAll();
    int leader = quorum.leaderId();
    int victim = quorum.followerId();
    int gone = quorum.followerIdBut(victim);
    quorum.stop(victim);
    DiskImage image = DiskImage.of(quorum.settings(victim));
    quorum.start(victim);
    quorum.createTopic(victim, "t");
    awaitAcknowledgedBy(victim);
    quorum.stop(gone);
    quorum.stop(victim);
    image.putBack(quorum.settings(victim));
    assertRefused(victim);
    quorum.stop(leader);
    Files.delete(quorum.settings(victim).reachedFile());
    Files.delete(quorum.settings(leader).reachedFile());

    quorum.start(victim);
    quorum.start(leader);

    quorum.createTopic(victim, "with-a-majority-again");
    quorum.assertAllAgree();
    assertTrue(quorum.node(victim).view().image().topic("t").isPresent());
    quorum.assertNobodyHalted();
  }

  /** What the leader had noted beside its log outlives all of them. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void aVoterThatWasPutBackWhileAllWereDownIsRefused() throws Exception {
    startAll();
    int victim = quorum.followerId();
    quorum.stop(victim);
    DiskImage image = DiskImage.of(quorum.settings(victim));
    quorum.start(victim);
    quorum.createTopic(victim, "t");
    awaitAcknowledgedBy(victim);
    for (int id = 1; id <= 3; id++) {
      quorum.stop(id);
    }
    image.putBack(quorum.settings(victim));

    StoreFailureLater later = new StoreFailureLater(victim);
    for (int id = 1; id <= 3; id++) {
      if (id != victim) {
        quorum.start(id);
      }
    }

    later.assertRefused();
    quorum.createTopic(quorum.anyBut(victim), "the-others-go-on");
  }

  @Test
  void aVoterWhoseLastSectorsAreZerosIsRefusedByWhatItsLeaderKnows() throws Exception {
    startAll();
    int victim = quorum.followerId();
    for (int i = 0; i < 20; i++) {
      quorum.createTopic(victim, "t" + i);
    }
    awaitAcknowledgedBy(victim);
    quorum.stop(victim);
    DiskImage.zeroLastSectors(DiskImage.newestLog(quorum.settings(victim)), 2);
    // What it noted itself would do as well.
    Files.deleteIfExists(quorum.settings(victim).reachedFile());

    assertRefused(victim);
  }

  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void aVoterWhoseLogEndsBeforeItsOwnNoteIsRefusedWhoeverAnswers() throws Exception {
    startAll();
    int victim = quorum.followerId();
    for (int i = 0; i < 20; i++) {
      quorum.createTopic(victim, "t" + i);
    }
    awaitAcknowledgedBy(victim);
    quorum.stop(victim);
    for (int id = 1; id <= 3; id++) {
      if (id != victim) {
        quorum.stop(id);
        Files.delete(quorum.settings(id).reachedFile());
      }
    }
    DiskImage.zeroLastSectors(DiskImage.newestLog(quorum.settings(victim)), 2);

    StoreFailureLater later = new StoreFailureLater(victim);
    quorum.start(victim == 1 ? 2 : 1);
    later.assertRefused();
  }

  /** Removed and emptied it comes back under another name, of which nobody knows anything. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void aVoterThatWasRefusedIsTakenInAgainEmptied() throws Exception {
    startAll();
    int victim = quorum.followerId();
    quorum.stop(victim);
    DiskImage image = DiskImage.of(quorum.settings(victim));
    quorum.start(victim);
    quorum.createTopic(victim, "t");
    awaitAcknowledgedBy(victim);
    quorum.stop(victim);
    image.putBack(quorum.settings(victim));
    assertRefused(victim);

    quorum.empty(victim);
    quorum.start(victim);
    quorum.awaitStage(victim, QuorumStage.STRANGER);
    VoterChange added =
        Members.await(quorum.change(leads -> leads.addVoter(quorum.voter(victim), Members.ORIGIN)));
    assertInstanceOf(VoterChange.Done.class, added, added::toString);
    quorum.awaitStage(victim, QuorumStage.VOTER);
    quorum.assertAllAgree();
    // and again, now that the others know how far the new one has been
    quorum.createTopic(victim, "t2");
    quorum.stop(victim);
    quorum.start(victim);
    quorum.assertAllAgree();
    quorum.assertNobodyHalted();
  }

  /** What it has not acknowledged it cannot lose: a majority decides without it. */
  private void awaitAcknowledgedBy(int id) {
    TestQuorum.await(
        "voter " + id + " has acknowledged all",
        () ->
            quorum.leader().status().voters().stream()
                .anyMatch(voter ->
                    voter.nodeId() == id
                        && voter.progress() instanceof VoterProgress.Known known
                        && known.lagEntries() == 0));
  }

  /** Waits until a node knows that another's log has been so far. */
  private void awaitKnown(int teller, int of, long index) {
    PeerName name = name(of);
    QuorumSettings asked = quorum.settings(teller);
    TestQuorum.await(
        "node " + teller + " knows how far node " + of + " is",
        () ->
            IntroductionCall.ask(
                        asked.listenHost(),
                        asked.listenPort(),
                        IntroductionRequest.reached(TestQuorum.CLUSTER, name),
                        Members.TIMEOUT_MS)
                    instanceof Answer.Introduced(IntroductionReply reply)
                && reply.reached().entry().filter(entry -> entry.index() >= index).isPresent());
  }

  private PeerName name(int id) {
    return quorum.leadersStatus().voters().stream()
        .filter(voter -> voter.nodeId() == id)
        .flatMap(voter -> PeerName.parse(voter.peer()).stream())
        .findFirst()
        .orElseThrow();
  }

  /** At once if the leader, or all others, tell; else as soon as the rest was waited for. */
  private void assertRefused(int id) {
    int halts = quorum.members.halts.size();
    String refused;
    try {
      quorum.start(id);
      refused = awaitHalt(halts);
      quorum.stop(id);
    } catch (IOException atOnce) {
      refused = atOnce.toString();
      assertInstanceOf(StoreFailure.class, atOnce);
    }
    assertTrue(refused.contains(REFUSED), refused);
    assertTrue(refused.contains(quorum.settings(id).folder().toString()), refused);
  }

  private String awaitHalt(int halts) {
    List<String> all = quorum.members.halts;
    TestQuorum.await("the voter is refused", () -> all.size() > halts);
    return all.get(halts);
  }

  /** A voter that is started while too few others run to tell it anything. */
  private final class StoreFailureLater {
    private final int halts = quorum.members.halts.size();

    StoreFailureLater(int id) throws IOException {
      quorum.start(id);
      assertEquals(QuorumStage.RETURNING, quorum.node(id).stage());
    }

    void assertRefused() {
      String refused = awaitHalt(halts);
      assertTrue(refused.contains(REFUSED), refused);
    }
  }
}
