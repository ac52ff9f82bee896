package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
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

/** Real processes, of which the leader is killed while it changes the voters. */
class KilledWhileChangingVotersTest {
  private static final int ROUNDS = 4;

  @TempDir Path folder;
  private final List<Voter> named = new ArrayList<>();
  private final TreeMap<Integer, Voter> all = new TreeMap<>();
  private final TreeMap<Integer, QuorumProcess> nodes = new TreeMap<>();

  @Test
  @Timeout(value = 170, unit = TimeUnit.SECONDS)
  void theVotersAreTheOldOrTheNewAndTheQuorumGoesOn() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("repeat with -Dseed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try {
      for (int id = 1; id <= 4; id++) {
        Voter voter = new Voter(id, "127.0.0.1", Members.freePort());
        all.put(id, voter);
        if (id <= 3) {
          named.add(voter);
        }
      }
      for (int id : all.keySet()) {
        start(id);
      }
      assertEquals("up", node(1).ask("broker"));
      int topics = 0;
      for (int round = 0; round < ROUNDS; round++) {
        int leader = leader();
        String change = stage(4).equals("VOTER") ? "remove 4" : "add " + all.get(4);
        if (leader != 4) {
          node(leader).tell(change);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(250)));
        }
        node(leader).kill();
        String answer = node(anyBut(leader)).ask("topic t" + topics++ + " 30000");
        assertTrue(answer.startsWith("decided"), change + ": " + answer);
        start(leader);
      }
      assertAllTopicsAreThere(topics);
    } finally {
      nodes.values().forEach(QuorumProcess::close);
    }
  }

  /** A refusal as existing shows that a topic is there; only a voter's word counts. */
  private void assertAllTopicsAreThere(int topics) throws IOException {
    int leader = leader();
    for (int topic = 0; topic < topics; topic++) {
      String answer = node(leader).ask("topic t" + topic + " 30000");
      assertTrue(answer.startsWith("refused"), answer);
    }
  }

  private void start(int id) throws IOException {
    QuorumProcess process =
        QuorumProcess.start(
            Objects.requireNonNull(all.get(id)),
            "127.0.0.1",
            folder.resolve("node" + id),
            id <= 3 ? named : List.of(),
            List.of());
    nodes.put(id, process);
    assertEquals("started", process.line());
  }

  private QuorumProcess node(int id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private String stage(int id) throws IOException {
    return node(id).ask("status").split(" ")[0];
  }

  private int leader() {
    int[] leader = new int[1];
    TestQuorum.await(
        "a leader",
        () -> {
          for (int id : nodes.keySet()) {
            if (leads(id)) {
              leader[0] = id;
              return true;
            }
          }
          return false;
        });
    return leader[0];
  }

  private boolean leads(int id) {
    try {
      return node(id).ask("status").split(" ")[1].equals("true");
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  /** A named voter that is running: node 4 may have no vote, and then no way to the leader. */
  private int anyBut(int id) {
    return id == 2 ? 3 : 2;
  }
}
