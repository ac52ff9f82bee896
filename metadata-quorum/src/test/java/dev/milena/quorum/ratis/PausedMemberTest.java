package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
      quorum.pause(first);
      int second = quorum.leader();
      assertEquals("decided", quorum.node(second).ask("topic meanwhile 30000").split(" ")[0]);
      pause(12);

      quorum.resume(first);

      assertEquals("decided", quorum.node(first).ask("topic after 30000").split(" ")[0]);
      quorum.assertAllAgree();
    }
  }

  @Test
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
      assertTrue(line.startsWith("halt Ratis"), line);
      TestQuorum.await("the process has ended", () -> !quorum.node(still).isAlive());
      quorum.start(still);
      quorum.assertAllAgree();
    }
  }

  private static void pause(int seconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < deadline) {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
  }
}
