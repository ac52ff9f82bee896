package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members in processes of their own, of which one was away for longer than the others keep their
 * log, so that it is sent a snapshot; and one is killed meanwhile.
 *
 * <p>{@code -Dcluster.seed=SEED} repeats when, not the machine's timing.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(300)
class SnapshotOnItsWayTest {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());
  private static final int ROUNDS = 6;

  /** More than are kept behind the newest snapshot. */
  private static final int AWAY_ENTRIES = 4_000;

  /** From the first byte that arrives until the last is in its place takes some milliseconds. */
  private static final int MOMENTS_MS = 40;

  @TempDir Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void itArrivesInTheEndThoughItsSenderIsKilled() throws Exception {
    rounds(true);
  }

  @Test
  void itArrivesInTheEndThoughWhoTakesItInIsKilled() throws Exception {
    rounds(false);
  }

  private void rounds(boolean sender) throws Exception {
    System.out.println("cluster.seed=" + SEED);
    int met = 0;
    try (ProcessQuorum quorum =
        new ProcessQuorum(folder, 3, 0, List.of("-Dquorum.smallLog=true"))) {
      quorum.startAll();
      for (int round = 0; round < ROUNDS; round++) {
        int away = quorum.follower();
        quorum.kill(away);
        int leader = quorum.leader();
        assertEquals("filled", quorum.node(leader).ask("fill " + AWAY_ENTRIES));
        Path member = quorum.folderOf(away);
        Set<String> left = arriving(member);
        quorum.launch(away);
        awaitArriving(member, left);
        waitFor(random.nextInt(MOMENTS_MS));
        met += left.containsAll(arriving(member)) ? 0 : 1;
        quorum.kill(sender ? leader : away);
        if (sender) {
          assertEquals("started", quorum.node(away).line());
        }
        quorum.start(sender ? leader : away);
        quorum.assertAllAgree();
      }
    }
    System.out.printf("%s of %s were killed while it arrived%n", met, ROUNDS);
    assertTrue(met > 0, "it had always arrived before");
  }

  private static void waitFor(int ms) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    TestQuorum.await("the moment", () -> System.nanoTime() >= end);
  }

  private static void awaitArriving(Path member, Set<String> left) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Members.TIMEOUT_MS);
    while (left.containsAll(arriving(member))) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no snapshot was sent");
      }
      Thread.onSpinWait();
    }
  }

  /** What is received, and what was put aside for it. */
  private static Set<String> arriving(Path member) throws IOException {
    Set<String> found = new TreeSet<>();
    Files.walkFileTree(
        member.resolve("raft"),
        Set.of(),
        3,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (name.startsWith("snapshot-") || name.startsWith("sm.tmp")) {
              found.add(name);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
