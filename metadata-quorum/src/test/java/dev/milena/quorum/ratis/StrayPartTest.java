package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A part of a snapshot that is not the next one, as of a connection that was given up. */
@Timeout(180)
class StrayPartTest {
  @TempDir Path folder;

  @Test
  void whoWasSentAPartOutOfOrderStandsForElectionWhenTheLeaderIsSilent() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0)) {
      quorum.startAll();
      quorum.assertAllAgree();
      int leader = quorum.leader();
      long term = Long.parseLong(quorum.status(leader)[2]);
      for (int id = 1; id <= 3; id++) {
        if (id != leader) {
          String answer =
              new LonePart(leader, id, term, 5).send(quorum.voter(id).port(), quorum.folderOf(id));
          assertTrue(answer.startsWith("ended: "), answer);
        }
      }
      assertEquals(leader, quorum.leader());

      quorum.pause(leader);

      int next = quorum.leader();
      assertNotEquals(leader, next);
      assertEquals("decided", quorum.node(next).ask("topic after 30000").split(" ")[0]);
      quorum.resume(leader);
      quorum.assertAllAgree();
    }
  }
}
