package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.ratis.formation.VoterFault;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.DivisionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two changes of the voters at once: one waits its turn, and none undoes the other. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class VoterChangesAtOnceTest {
  private static final String UNDER_WAY =
      "another change of the voters is under way; wait for its end: kafkactl quorum --describe shows what came of it";

  @TempDir Path folder;

  @Test
  void whileOneIsUnderWayAnotherIsToldSoAndNoneIsLost() throws Exception {
    try (TestQuorum strangers = strangers()) {
      try (Alone alone = new Alone(strangers.settings(1));
          LateDoor door = LateDoor.before(strangers.voter(2).port(), 1)) {
        VoterChanges changes = alone.changes();
        CompletionStage<VoterChange> first = alone.add(changes, door.voter(2));
        door.awaitCaller();

        VoterChange second = Members.await(alone.add(changes, strangers.voter(3)));

        assertEquals(new VoterChange.Refused(VoterFault.NOT_NOW, UNDER_WAY), second);
        door.open();
        Members.done(first);
        assertEquals(List.of(1, 2), alone.voters());
        Members.done(alone.add(changes, strangers.voter(3)));
        assertEquals(List.of(1, 2, 3), alone.voters());
        strangers.awaitStage(3, QuorumStage.VOTER);
      }
      strangers.assertNobodyHalted();
    }
  }

  /** Another change, between the look at the voters and the wish for others. */
  @Test
  void aChangeThatWasDecidedForOtherVotersIsRefusedAndUndoesNothing() throws Exception {
    try (TestQuorum strangers = strangers()) {
      try (Alone alone = new Alone(strangers.settings(1));
          LateDoor door = LateDoor.before(strangers.voter(2).port(), 1)) {
        CompletionStage<VoterChange> late = alone.add(alone.changes(), door.voter(2));
        door.awaitCaller();
        VoterChanges others = alone.changes();
        Members.done(alone.add(others, strangers.voter(3)));
        door.open();

        VoterChange.Refused refused =
            assertInstanceOf(VoterChange.Refused.class, Members.await(late));
        assertEquals(VoterFault.NOT_NOW, refused.fault());
        assertTrue(refused.why().startsWith("the voters have changed meanwhile"), refused.why());
        assertEquals(List.of(1, 3), alone.voters());
        Members.done(alone.add(others, strangers.voter(2)));
        assertEquals(List.of(1, 2, 3), alone.voters());
        strangers.awaitStage(2, QuorumStage.VOTER);
        strangers.awaitStage(3, QuorumStage.VOTER);
      }
      strangers.assertNobodyHalted();
    }
  }

  /** The one voter there is, and leader; with hands that do not know of each other. */
  private static final class Alone implements AutoCloseable {
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final Membership membership;

    Alone(QuorumSettings settings) throws Exception {
      membership =
          Membership.start(
              settings,
              (what, cause) -> {
                throw new AssertionError(what, cause);
              },
              callers,
              QuorumEvents.NONE);
      DivisionInfo standing = membership.peer().calls().division();
      TestQuorum.await("it leads", standing::isLeaderReady);
    }

    VoterChanges changes() {
      return new VoterChanges(membership, new QuorumWrites(membership, timer, callers));
    }

    CompletionStage<VoterChange> add(VoterChanges changes, Voter wished) {
      CompletableFuture<VoterChange> end = new CompletableFuture<>();
      callers.execute(() -> {
        try {
          end.complete(changes.add(wished, Members.ORIGIN));
        } catch (InterruptedException failure) {
          end.completeExceptionally(failure);
        }
      });
      return end;
    }

    List<Integer> voters() {
      return membership.peer().calls().voters().orElseThrow().peers().stream()
          .map(peer -> peer.name().nodeId())
          .sorted()
          .toList();
    }

    @Override
    public void close() {
      timer.shutdown();
      membership.close();
      callers.shutdown();
    }
  }

  /** Nodes 2 and 3, without a vote; node 1 is not started. */
  private TestQuorum strangers() throws Exception {
    TestQuorum strangers = new TestQuorum(folder, 1, Members.STEADY);
    for (int id = 2; id <= 3; id++) {
      strangers.addNode(id);
      strangers.start(id);
      strangers.awaitStage(id, QuorumStage.STRANGER);
    }
    return strangers;
  }
}
