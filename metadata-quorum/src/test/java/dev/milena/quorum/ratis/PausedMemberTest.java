package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Processes that stand still for a while, as a machine does that is moved or swaps. */
class PausedMemberTest {
  @TempDir Path folder;

  @Test
  @Timeout(value = 150, unit = TimeUnit.SECONDS)
  void aLeaderThatStandsStillForTwelveSecondsIsReplacedAndFollowsAfterwards() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0)) {
      quorum.startAll();
      int first = quorum.leader();
      long pausedNanos = System.nanoTime();
      quorum.pause(first);
      int second = quorum.leader();
      assertEquals("decided", quorum.node(second).ask("topic meanwhile 30000").split(" ")[0]);
      // twelve in all: Ratis bears thirty, and a busy machine may have taken some of them already
      pauseUntil(pausedNanos + TimeUnit.SECONDS.toNanos(12));

      quorum.resume(first);

      assertEquals("decided", quorum.node(first).ask("topic after 30000").split(" ")[0]);
      quorum.assertAllAgree();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  @Timeout(value = 170, unit = TimeUnit.SECONDS)
  void whoStandsStillForLongerThanRatisBearsEndsItsProcessAndMayStartAgain() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0)) {
      quorum.startAll();
      int still = quorum.follower();
      quorum.pause(still);
      pause(35);
      assertEquals(
          "decided", quorum.node(quorum.leader()).ask("topic meanwhile 30000").split(" ")[0]);

      quorum.resume(still);

      String line = quorum.node(still).line();
      assertTrue(line.startsWith("halt this process stood still for "), line);
      TestQuorum.await("the process has ended", () -> !quorum.node(still).isAlive());
      quorum.start(still);
      quorum.assertAllAgree();
    }
  }

  /** One that waits for the others to form a quorum, and one that waits to be made a voter. */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  @Timeout(value = 170, unit = TimeUnit.SECONDS)
  void whoStandsStillForAsLongWithoutALogEndsToo() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 1)) {
      List<Integer> without = List.of(1, 4);
      for (int id : without) {
        quorum.start(id);
        quorum.pause(id);
      }
      pause(35);
      for (int id : without) {
        quorum.resume(id);
      }

      for (int id : without) {
        String line = quorum.awaitHalt(id);
        assertTrue(line.startsWith("halt this process stood still for "), line);
      }
    }
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void aPauseOfFiveSecondsCostsAFollowerNothingAndALeaderItsLeadershipOnce() throws Exception {
    List<String> flags = List.of("-Dorg.slf4j.simpleLogger.log.dev.milena=info");
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0, flags)) {
      quorum.startAll();
      long before = leaderships(quorum);
      int follower = quorum.follower();
      quorum.pause(follower);
      pause(5);
      quorum.resume(follower);
      settled(quorum, "follower");
      assertEquals(before, leaderships(quorum), quorum::said);

      int leader = quorum.leader();
      quorum.pause(leader);
      pause(5);
      quorum.resume(leader);
      settled(quorum, "leader");
      assertEquals(before + 1, leaderships(quorum), quorum::said);
    }
  }

  /** All follow somebody, and time enough has gone by for whoever would not. */
  private static void settled(ProcessQuorum quorum, String paused) throws Exception {
    quorum.assertAllAgree();
    pause(3);
    String answer = quorum.node(quorum.leader()).ask("topic after-" + paused + " 30000");
    assertEquals("decided", answer.split(" ")[0]);
    quorum.assertAllAgree();
  }

  /** How often a node became the leader. */
  private static long leaderships(ProcessQuorum quorum) throws IOException {
    long count = 0;
    for (int id = 1; id <= 3; id++) {
      count +=
          quorum.timesLogged(id, "leads the quorum")
              - quorum.timesLogged(id, "leads the quorum no longer");
    }
    return count;
  }

  private static void pause(int seconds) {
    pauseUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
  }

  private static void pauseUntil(long endNanos) {
    while (System.nanoTime() < endNanos) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }
}
