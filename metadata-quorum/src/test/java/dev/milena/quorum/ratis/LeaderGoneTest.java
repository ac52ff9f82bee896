package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Voters that wait long for a silent leader, and for one that is gone not at all. */
class LeaderGoneTest {
  private static final List<String> PATIENT = List.of("-Dquorum.electionMs=40000");

  /** A leader is heard of every half of that, and waited for from then on. */
  private static final long SOONEST_MS = 20_000;

  @TempDir Path folder;

  @Test
  @Timeout(value = 150, unit = TimeUnit.SECONDS)
  void aLeaderWhoseProcessIsGoneIsReplacedAtOnce() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0, PATIENT)) {
      quorum.startAll();
      int leader = quorum.leader();
      int other = quorum.follower();
      long killed = System.nanoTime();
      quorum.kill(leader);

      String answer = quorum.node(other).ask("topic afterwards 45000");

      assertTrue(answer.startsWith("decided"), answer);
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
      assertTrue(tookMs < SOONEST_MS, tookMs + " ms: the leader was waited for");
    }
  }

  @Test
  void votersTakeTurnsByTheirNames() {
    List<Peer> voters = List.of(peer(3), peer(1), peer(2));
    assertEquals(0, LeaderGone.turn(voters, name(1).toString(), name(2)));
    assertEquals(1, LeaderGone.turn(voters, name(1).toString(), name(3)));
    assertEquals(0, LeaderGone.turn(voters, name(3).toString(), name(1)));
  }

  @Test
  void whoDoesNotVoteHasNoTurn() {
    assertEquals(-1, LeaderGone.turn(List.of(peer(1), peer(2)), name(1).toString(), name(9)));
  }

  private static Peer peer(int id) {
    return new Peer(name(id), "127.0.0.1", 9_000 + id);
  }

  private static PeerName name(int id) {
    return new PeerName(id, "AAAAAAAAAAAAAAAAAAAAAA");
  }
}
