package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The quorum's leader stands still for longer than Ratis bears. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
class LongPauseTest {
  private static final int ENVIRONMENT = 1;
  private static final long PAUSE_S = 70;
  private static final Pattern SENTENCE =
      Pattern.compile(
          "milena: this process stood still for ([0-9]+) s, and a member of the quorum that does so for more than 30 s ends; find what stopped it \\(SIGSTOP, a suspended virtual machine, swapping, garbage collection\\), then start it again");

  @TempDir Path folder;

  @Test
  void aLeaderThatStoodStillForSeventySecondsShowsNothingOldAndEndsWithASentence()
      throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        TopicHistory topics = new TopicHistory()) {
      int first = cluster.leader();
      int other = 1 + first % 3;
      NodeProcess still = cluster.node(first);
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(first), "before", 1, 1));

      cluster.pause(first);
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(other), "meanwhile", 1, 1));
      // The time itself is what is tried.
      assertFalse(still.endsWithin(PAUSE_S, TimeUnit.SECONDS));
      cluster.resume(first);
      // An answer that there is no such topic would be an old one; the history has it.
      Cluster.await(
          "it shows what was created meanwhile, or has ended",
          () -> topics.look(cluster.clientsOf(first), "meanwhile").isPresent() || !still.isAlive());

      assertEquals(ENVIRONMENT, still.awaitExit(), still.errors());
      List<String> said =
          still.errors().lines().filter(line -> line.startsWith("milena: ")).toList();
      assertEquals(1, said.size(), said::toString);
      Matcher sentence = SENTENCE.matcher(said.getFirst());
      assertTrue(sentence.matches(), said::toString);
      assertTrue(Long.parseLong(sentence.group(1)) >= PAUSE_S, said::toString);
      cluster.start(first);
      assertTrue(topics.look(cluster.clientsOf(first), "meanwhile").isPresent());
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(first), "afterwards", 1, 3));
      cluster.awaitOneState();
      assertEquals(Map.of(), topics.impossible());
    }
  }
}
