package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.QuorumAnswer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberProgressTest {
  /** Longer than a member that keeps up is behind, on a busy machine too. */
  private static final long BEHIND_MS = 3_000;

  @TempDir Path folder;
  private final CountDownLatch letGo = new CountDownLatch(1);

  @Test
  void aLeaderThatDoesNotApplyIsBehindThoughItIsSureToLead() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 1, QuorumTuning.DEFAULT)) {
      QuorumServer member = quorum.start(1);
      Members.bringUpBroker(member, 1);
      TestQuorum.await("it keeps up", () -> member.behindMs() < BEHIND_MS);

      standStill(member);
      List<CompletionStage<QuorumAnswer>> created = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        created.add(
            member.submit(Members.createTopic("t" + i, 1), Members.ORIGIN, Members.TIMEOUT_MS));
      }

      TestQuorum.await("it is behind", () -> member.behindMs() >= BEHIND_MS);
      assertEquals(0, member.leaderHeardMs().orElse(BEHIND_MS));
      letGo.countDown();
      for (CompletionStage<QuorumAnswer> answer : created) {
        Members.decided(answer);
      }
      TestQuorum.await("it keeps up again", () -> member.behindMs() < BEHIND_MS);
      quorum.assertNobodyHalted();
    } finally {
      letGo.countDown();
    }
  }

  @Test
  void aFollowerThatDoesNotApplyIsBehindAndTheOthersAreNot() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      QuorumServer leader = quorum.leader();
      QuorumServer follower = quorum.node(quorum.followerId());
      Members.bringUpBroker(leader, 1);
      quorum.assertAllAgree();

      standStill(follower);
      for (int i = 0; i < 3; i++) {
        quorum.createTopic(leader.status().nodeId(), "t" + i);
      }

      TestQuorum.await("it is behind", () -> follower.behindMs() >= 2 * BEHIND_MS);
      assertTrue(follower.leaderHeardMs().orElse(Long.MAX_VALUE) < BEHIND_MS);
      TestQuorum.await("the leader is not", () -> leader.behindMs() < BEHIND_MS);
      letGo.countDown();
      TestQuorum.await("it keeps up again", () -> follower.behindMs() < BEHIND_MS);
      quorum.assertAllAgree();
      quorum.assertNobodyHalted();
    } finally {
      letGo.countDown();
    }
  }

  @Test
  void membersWithoutAnythingToDoKeepUp() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.leader(), 1);
      quorum.assertAllAgree();
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BEHIND_MS);
      TestQuorum.await("that long", () -> System.nanoTime() >= end);
      for (int id = 1; id <= 3; id++) {
        QuorumServer member = quorum.node(id);
        TestQuorum.await("node " + id + " keeps up", () -> member.behindMs() < BEHIND_MS / 2);
      }
    }
  }

  /** From its next entry on, what follows its view keeps the thread that applies. */
  private void standStill(QuorumServer member) {
    AtomicBoolean told = new AtomicBoolean();
    member
        .view()
        .follow((index, delta, image) -> {
          if (told.getAndSet(true)) {
            letGo();
          }
        });
  }

  private void letGo() {
    try {
      letGo.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
