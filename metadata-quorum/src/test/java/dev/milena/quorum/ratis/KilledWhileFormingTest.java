package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.quorum.ratis.formation.Voter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are killed at any moment of the first formation, and started again. */
class KilledWhileFormingTest {
  private static final int KILLS = 6;

  @TempDir Path folder;

  @Test
  @Timeout(value = 150, unit = TimeUnit.SECONDS)
  void whoeverIsKilledOneQuorumComesOfIt() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("repeat with -Dseed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<Voter> voters = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      voters.add(new Voter(id, "127.0.0.1", Members.freePort()));
    }
    TreeMap<Integer, QuorumProcess> nodes = new TreeMap<>();
    try {
      for (Voter voter : voters) {
        nodes.put(voter.id(), start(voter, voters));
      }
      for (int kill = 0; kill < KILLS; kill++) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2_500)));
        Voter victim = voters.get(random.nextInt(3));
        QuorumProcess old = Objects.requireNonNull(nodes.get(victim.id()));
        old.kill();
        nodes.put(victim.id(), start(victim, voters));
      }
      for (QuorumProcess node : nodes.values()) {
        assertEquals("started", node.line());
      }
      assertEquals("up", nodes.firstEntry().getValue().ask("broker"));
      assertEquals("decided", nodes.lastEntry().getValue().ask("topic t 30000").split(" ")[0]);
      for (QuorumProcess node : nodes.values()) {
        assertEquals("caught-up", node.ask("read 30000"));
      }
      List<String> formations = new ArrayList<>();
      List<String> hashes = new ArrayList<>();
      for (var node : nodes.entrySet()) {
        formations.add(Files.readString(folder.resolve("node" + node.getKey() + "/formation")));
        String[] status = node.getValue().ask("status").split(" ");
        assertEquals("VOTER", status[0]);
        hashes.add(status[3]);
      }
      assertEquals(1, formations.stream().distinct().count(), formations.toString());
      assertEquals(1, hashes.stream().distinct().count(), hashes.toString());
    } finally {
      nodes.values().forEach(QuorumProcess::close);
    }
  }

  private QuorumProcess start(Voter voter, List<Voter> voters) throws Exception {
    return QuorumProcess.start(
        voter, voter.host(), folder.resolve("node" + voter.id()), voters, List.of());
  }
}
