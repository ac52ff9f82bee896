package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeSet;
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
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0)) {
      for (int id = 1; id <= 3; id++) {
        quorum.launch(id);
      }
      for (int kill = 0; kill < KILLS; kill++) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2_500)));
        int victim = 1 + random.nextInt(3);
        quorum.kill(victim);
        quorum.launch(victim);
      }
      for (int id = 1; id <= 3; id++) {
        assertEquals("started", quorum.node(id).line());
      }
      assertEquals("up", quorum.node(1).ask("broker"));
      assertEquals("decided", quorum.node(3).ask("topic t 30000").split(" ")[0]);
      quorum.assertAllAgree();
      TreeSet<String> formations = new TreeSet<>();
      for (int id = 1; id <= 3; id++) {
        formations.add(Files.readString(quorum.folderOf(id).resolve("formation")));
        assertEquals("VOTER", quorum.status(id)[0]);
      }
      assertEquals(1, formations.size(), formations.toString());
    }
  }
}
