package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures, and asserts nothing about speed; not one of the tests of a build. To run it, on the
 * disk that java.io.tmpdir lies on:
 *
 * <pre>
 * ./mvnw -pl metadata-quorum -am -Dtest=QuorumTimes -Dsurefire.failIfNoSpecifiedTests=false test
 * </pre>
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class QuorumTimes {
  private static final int COMMANDS = 2_000;
  private static final int KILLS = Integer.getInteger("kills", 50);

  /** As bin/milena; the other tests' processes compile less, to be up sooner. */
  private static final List<String> AS_A_NODE_RUNS =
      List.of("-XX:TieredStopAtLevel=4", "-XX:-UseSerialGC", "-XX:+UseG1GC", "-Xmx1g");

  @TempDir Path folder;

  @Test
  void oneSmallCommandAtATimeInThreeProcesses() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0)) {
      quorum.startAll();
      int leader = quorum.leader();
      quorum.node(leader).ask("commands " + COMMANDS);
      System.out.println("through the leader: " + quorum.node(leader).ask("commands " + COMMANDS));
      int follower = quorum.follower();
      quorum.node(follower).ask("commands " + COMMANDS);
      System.out.println(
          "through a follower: " + quorum.node(follower).ask("commands " + COMMANDS));
    }
  }

  @Test
  void manySmallChangesInOneCommandInThreeProcesses() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0, AS_A_NODE_RUNS)) {
      quorum.startAll();
      System.out.println("gathered: " + quorum.node(quorum.leader()).ask("gathered 600"));
      quorum.assertAllAgree();
    }
  }

  @Test
  void howLongAFollowerTakesToApplyWhatTheLeaderHasAnswered() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, QuorumTuning.DEFAULT)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      quorum.createTopic(1, "t0");
      QuorumServer leader = quorum.leader();
      List<Long> delays = new ArrayList<>();
      TreeMap<Integer, ConcurrentSkipListMap<Long, Long>> applied = new TreeMap<>();
      for (int id = 1; id <= 3; id++) {
        ConcurrentSkipListMap<Long, Long> times = new ConcurrentSkipListMap<>();
        applied.put(id, times);
        quorum
            .node(id)
            .view()
            .follow((index, delta, image) -> times.putIfAbsent(index, System.nanoTime()));
      }
      TreeMap<Long, Long> answered = new TreeMap<>();
      for (int i = 0; i < COMMANDS; i++) {
        long index =
            Members.decided(
                    leader.submit(
                        Members.setRetention("t0", 1_000_000 + i), Members.ORIGIN, 20_000))
                .index();
        answered.put(index, System.nanoTime());
      }
      quorum.assertAllAgree();
      applied.forEach((id, times) -> {
        if (id != leader.status().nodeId()) {
          answered.forEach(
              (index, at) -> delays.add(times.getOrDefault(index, Long.MAX_VALUE) - at));
        }
      });
      System.out.println("follower behind the leader's answer: " + summary(delays));
    }
  }

  @Test
  void theNextWriteAfterTheLeaderWasKilled() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Long> outages = new ArrayList<>();
    long stood = 0;
    // so that the node's log says who stood
    List<String> flags = List.of("-Dorg.slf4j.simpleLogger.log.dev.milena=info");
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0, flags)) {
      quorum.startAll();
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          int leader = quorum.leader();
          int survivor = quorum.follower();
          quorum.node(survivor).ask("commands 50");
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(600)));
          long began = System.nanoTime();
          quorum.kill(leader);
          String answer = quorum.node(survivor).ask("topic k" + kill + " 30000");
          outages.add(System.nanoTime() - began);
          assertTrue(answer.startsWith("decided"), answer);
          quorum.start(leader);
          assertEquals("caught-up", quorum.node(leader).ask("read 60000"));
        }
      } catch (AssertionError failure) {
        throw new AssertionError(quorum.said(), failure);
      }
      for (int id = 1; id <= 3; id++) {
        stood += quorum.timesLogged(id, "stands for election");
      }
    }
    System.out.println("elections at once: %s of %s".formatted(stood, KILLS));
    System.out.println("the next write after kill -9 of the leader: " + summary(outages));
  }

  /** Of times in nanoseconds. */
  static String summary(List<Long> nanos) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return "n=%s p50=%s us p90=%s us p99=%s us max=%s us"
        .formatted(
            sorted.size(),
            at(sorted, 0.5),
            at(sorted, 0.9),
            at(sorted, 0.99),
            sorted.getLast() / 1_000);
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.get(Math.min(sorted.size() - 1, (int) (share * sorted.size()))) / 1_000;
  }
}
