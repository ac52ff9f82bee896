package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.store.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members in processes of their own, of which one is sent a snapshot through a proxy that flips one
 * bit of one message, in every field once.
 *
 * <p>{@code -Dcluster.seed=SEED} repeats which bits.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(600)
class SnapshotFlippedTest {
  private static final long SEED = Long.getLong("cluster.seed", System.nanoTime());
  private static final int AWAY = 3;

  /** More than are kept behind the newest snapshot. */
  private static final int AWAY_ENTRIES = 3_000;

  /** No field: the heads of the frame and of the message, which say how long they are. */
  private static final String HEADS = "heads";

  private static final List<String> FIELDS =
      List.of(
          "fileChunks.data",
          "fileChunks.fileDigest",
          "fileChunks.filename",
          "fileChunks.done",
          "snapshotChunk.requestId",
          "snapshotChunk.requestIndex",
          "snapshotChunk.totalSize",
          "termIndex.term",
          "termIndex.index",
          "peers.id",
          "peers.address",
          "requestorId",
          "replyId",
          "raftGroupId.id",
          "leaderTerm",
          HEADS);

  @TempDir Path folder;
  private final SplittableRandom random = new SplittableRandom(SEED);

  @Test
  void aBitThatFlipsOnTheWayIsNoticedAndTheSnapshotIsSentAgain() throws Exception {
    System.out.println("cluster.seed=" + SEED);
    List<String> flags = List.of("-Dquorum.smallLog=true", "-Dquorum.electionMs=2000");
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0, flags);
        SnapshotProxy proxy = quorum.proxyBefore(AWAY)) {
      quorum.startAll();
      for (String field : FIELDS) {
        quorum.kill(AWAY);
        quorum.assertAllAgree();
        assertEquals("filled", quorum.node(quorum.leader()).ask("fill " + AWAY_ENTRIES));
        proxy.change(frame -> flip(frame, field));
        quorum.start(AWAY);
        quorum.assertAllAgree();
        assertFalse(proxy.isWaiting(), "no message had " + field);
        assertOnlyWhole(quorum.folderOf(AWAY));
      }
      assertTrue(quorum.timesLogged(AWAY, "a snapshot is not taken in") > FIELDS.size() / 2);
    }
  }

  private boolean flip(byte[] frame, String name) {
    List<SnapshotFrame.Field> found =
        name.equals(HEADS)
            ? List.of(new SnapshotFrame.Field(HEADS, 0, SnapshotFrame.HEADS_BYTES))
            : SnapshotFrame.fields(frame).stream()
                .filter(field -> field.name().endsWith(name))
                .toList();
    if (found.isEmpty()) {
      return false;
    }
    SnapshotFrame.Field field = found.get(random.nextInt(found.size()));
    int at = random.nextInt(field.from(), field.end());
    int bit = random.nextInt(8);
    System.out.printf("flips bit %s of byte %s, in %s%n", bit, at, field);
    frame[at] ^= (byte) (1 << bit);
    return true;
  }

  private static void assertOnlyWhole(Path member) throws IOException {
    Path group = Members.list(member.resolve("raft"), "").getFirst();
    SnapshotFiles snapshots = new SnapshotFiles(group.resolve("sm"), member.resolve("none"));
    assertEquals(List.of(), snapshots.damaged());
    for (SnapshotFiles.Named snapshot : snapshots.list()) {
      assertEquals(snapshot.index(), snapshots.check(snapshot).index());
    }
    int received = Members.list(group.resolve("tmp"), BrokenInstallation.RECEIVED).size();
    assertTrue(received <= 1, received + " sendings are left");
  }
}
