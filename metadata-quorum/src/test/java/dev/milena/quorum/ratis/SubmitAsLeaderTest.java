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
  @TempDir Path folder;

  @Test
  void theLeaderOfTheTermIsObeyedAndNobodyElse() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, QuorumTuning.DEFAULT)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int leader = quorum.leaderId();
      long term = quorum.leader().status().term();

      assertInstanceOf(QuorumAnswer.Decided.class, submit(quorum.node(leader), "byLeader", term));
      assertInstanceOf(
          QuorumAnswer.Unavailable.class,
          submit(quorum.node(quorum.followerId()), "byFollower", term));
      assertInstanceOf(
          QuorumAnswer.Unavailable.class, submit(quorum.node(leader), "formerTerm", term - 1));

      quorum.assertAllAgree();
      assertEquals(1, quorum.node(1).view().image().topics().size());
      quorum.assertNobodyHalted();
    }
  }

  @Test
  void aLeadershipThatIsOverIsSaidAtOnce() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 2, QuorumTuning.DEFAULT)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int leader = quorum.leaderId();
      long term = quorum.leader().status().term();
      assertInstanceOf(
          VoterChange.NotLeader.class, Members.await(quorum.node(leader).removeVoter(leader)));

      long began = System.nanoTime();
      QuorumAnswer answer = submit(quorum.node(leader), "tooLate", term);

      assertInstanceOf(QuorumAnswer.Unavailable.class, answer);
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      assertTrue(tookMs < Members.TIMEOUT_MS / 4, "said only after " + tookMs + " ms");
      quorum.assertNobodyHalted();
    }
  }

  private static QuorumAnswer submit(QuorumServer server, String topic, long term)
      throws Exception {
    return Members.await(
        server.submitAsLeader(
            Members.createTopic(topic, 1), Members.ORIGIN, term, Members.TIMEOUT_MS));
  }
}
