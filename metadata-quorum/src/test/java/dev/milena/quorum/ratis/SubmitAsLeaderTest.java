package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.QuorumAnswer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a leader does in its term is done by nobody else, and in no other term. */
class SubmitAsLeaderTest {
  /** Far below the time that an answer is waited for, and what a busy machine may take. */
  private static final long AT_ONCE_MS = 10_000;

  @TempDir Path folder;

  @Test
  void theLeaderOfTheTermIsObeyedAndNobodyElse() throws Exception {
    try (TestQuorum quorum = formed()) {
      boolean undisturbed = false;
      for (int round = 0; round < 5 && !undisturbed; round++) {
        QuorumServer leader = quorum.leader();
        long term = leader.status().term();
        QuorumAnswer byLeader = submit(leader, "byLeader" + round, term);

        assertInstanceOf(
            QuorumAnswer.Unavailable.class,
            submit(quorum.node(quorum.followerId()), "byFollower", term + 1));
        assertInstanceOf(QuorumAnswer.Unavailable.class, submit(leader, "inAFormerTerm", term - 1));
        // a busy machine may have elected meanwhile
        undisturbed = leader.status().leading() && leader.status().term() == term;
        assertTrue(!undisturbed || byLeader instanceof QuorumAnswer.Decided, byLeader.toString());
      }

      assertTrue(undisturbed, "each time another term began");
      quorum.assertAllAgree();
      assertTrue(quorum.node(1).view().image().topic("byFollower").isEmpty());
      assertTrue(quorum.node(1).view().image().topic("inAFormerTerm").isEmpty());
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void aLeadershipThatIsOverIsSaidAtOnce() throws Exception {
    try (TestQuorum quorum = formed()) {
      QuorumServer leader = quorum.leader();
      long term = leader.status().term();
      TestQuorum.await("its leadership is over", () -> isOver(leader, term));

      long began = System.nanoTime();
      QuorumAnswer answer = submit(leader, "tooLate", term);

      assertInstanceOf(QuorumAnswer.Unavailable.class, answer);
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      assertTrue(tookMs < AT_ONCE_MS, "said only after " + tookMs + " ms");
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void whatALeaderSubmitsNamesItsTerm() {
    assertEquals(
        7, QuorumWrites.ofLeader(Members.createTopic("t", 1), Members.ORIGIN, 7).onlyInTerm());
  }

  private static boolean isOver(QuorumServer leader, long term) {
    try {
      var _ = leader.handOver(3_000);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
    return leader.status().term() > term;
  }

  private TestQuorum formed() throws Exception {
    TestQuorum quorum = new TestQuorum(folder, 2, Members.STEADY);
    quorum.startAll();
    Members.bringUpBroker(quorum.node(1), 1);
    return quorum;
  }

  private static QuorumAnswer submit(QuorumServer server, String topic, long term)
      throws Exception {
    return Members.await(
        server.submitAsLeader(
            Members.createTopic(topic, 1), Members.ORIGIN, term, Members.TIMEOUT_MS));
  }
}
