package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.quorum.ratis.formation.PeerName;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader that is elected in the midst of a removal goes on sending the log to whom it took the
 * vote (Ratis 3.3.0): that one hears it, asks nobody for votes, and so does not learn that it has
 * none.
 */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class LingeringVoterTest {
  /** Where Ratis (3.3.0) takes in what a leader sends, before it looks at it. */
  private static final String APPEND = "RaftServerImpl.appendEntries";

  @TempDir Path folder;

  @AfterEach
  void letThrough() {
    CodeInjectionForTesting.remove(APPEND);
  }

  @Test
  void whoWasRemovedWhileTheLeaderChangedIsTakenInAgain() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 4, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int first = quorum.leaderId();
      int second = quorum.followerId();
      int removed = quorum.followerIdBut(second);
      refuseTransitions(
          IntStream.rangeClosed(1, 4).filter(id -> id != first && id != second).boxed().toList());
      CompletionStage<VoterChange> removal =
          quorum.node(first).removeVoter(removed, Members.ORIGIN);
      TestQuorum.await(
          "the second has logged the transition, and nobody agreed",
          () -> quorum.node(second).status().voters().size() == 3);
      quorum.stop(first);
      letThrough();
      assertEquals(second, quorum.leaderId(), "whose log is longest leads");
      removal.toCompletableFuture().cancel(false);

      VoterChange back =
          Members.await(
              quorum.change(leader -> leader.addVoter(quorum.voter(removed), Members.ORIGIN)));

      assertEquals(
          4, assertInstanceOf(VoterChange.Done.class, back, back::toString).voters().size());
      quorum.awaitStage(removed, QuorumStage.VOTER);
      quorum.createTopic(removed, "backAgain");
      quorum.assertAllAgree();
      quorum.assertNobodyHalted();
    }
  }

  /** These do not take in that the log goes from some voters to others. */
  private static void refuseTransitions(List<Integer> nodes) {
    CodeInjectionForTesting.put(
        APPEND,
        (member, _, arguments) -> {
          AppendEntriesRequestProto sent = (AppendEntriesRequestProto) arguments[1];
          boolean goes =
              sent.getEntriesList().stream()
                  .anyMatch(entry -> entry.getConfigurationEntry().getOldPeersCount() > 0);
          if (goes && nodes.contains(PeerName.parse(member.toString()).orElseThrow().nodeId())) {
            throw new IllegalStateException("not taken in, for a test");
          }
          return true;
        });
  }
}
