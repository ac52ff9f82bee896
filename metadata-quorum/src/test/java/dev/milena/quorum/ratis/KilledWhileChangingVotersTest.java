package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, of which the leader is killed while it changes the voters. */
class KilledWhileChangingVotersTest {
  private static final int ROUNDS = 4;

  /** In the log of a node that is asked for its vote and must not give one yet. */
  private static final String MAY_NOT_VOTE = "Failed requestVote";

  @TempDir Path folder;

  @Test
  @Timeout(value = 170, unit = TimeUnit.SECONDS)
  void theVotersAreTheOldOrTheNewAndTheQuorumGoesOn() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("repeat with -Dseed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 1)) {
      quorum.startAll();
      int topics = 0;
      for (int round = 0; round < ROUNDS; round++) {
        int leader = quorum.leader();
        String change = quorum.status(4)[0].equals("VOTER") ? "remove 4" : "add " + quorum.voter(4);
        if (leader != 4) {
          quorum.node(leader).tell(change);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(250)));
        }
        long refusedBefore = quorum.timesLogged(4, MAY_NOT_VOTE);
        quorum.kill(leader);
        // node 4 may have no vote, and then no way to the leader
        int other = leader == 2 ? 3 : 2;
        String topic = "topic t" + topics++ + " 30000";
        String answer = quorum.node(other).ask(topic);
        // Once the change is logged the newcomer's vote is needed, and Ratis (3.3.0) lets it not
        // vote before the leader has told it that it is one: the quorum waits for that leader. Only
        // where the newcomer has said so is it waited for here.
        boolean newcomerMayNotVote =
            change.startsWith("add") && quorum.timesLogged(4, MAY_NOT_VOTE) > refusedBefore;
        assertTrue(
            answer.startsWith("decided") || newcomerMayNotVote,
            () -> "killed " + leader + " at " + change + ": " + answer + quorum.said());
        quorum.start(leader);
        if (!answer.startsWith("decided")) {
          String again = quorum.node(other).ask(topic);
          // what had no answer may have come about by then
          assertTrue(
              again.startsWith("decided") || again.startsWith("refused"),
              () -> "with " + leader + " again: " + again + quorum.said());
        }
      }
      int leader = quorum.leader();
      for (int topic = 0; topic < topics; topic++) {
        // refused because it exists
        String answer = quorum.node(leader).ask("topic t" + topic + " 30000");
        assertTrue(answer.startsWith("refused"), answer);
      }
    }
  }
}
