package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first part of a snapshot that was on its way when its leader was deposed. */
@Timeout(120)
class DeposedSenderTest {
  @TempDir Path folder;

  @Test
  void whatTheLeaderIsSendingIsNotDeletedForAPartOfItsPredecessors() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int follower = quorum.followerId();
      long term = quorum.leadersStatus().term();
      // a majority without it may have been enough for everything so far
      TestQuorum.await(
          "the follower hears the leader", () -> quorum.node(follower).status().term() == term);
      Path arriving =
          Members.groupFolder(quorum.settings(follower)).resolve("tmp").resolve("snapshot-one");
      Files.createDirectories(arriving);

      assertEquals("NOT_LEADER", send(quorum, follower, term - 1));
      assertTrue(Files.isDirectory(arriving));
      assertEquals("ALREADY_INSTALLED", send(quorum, follower, term));
      assertFalse(Files.isDirectory(arriving));
      quorum.assertNobodyHalted();
    }
  }

  private static String send(TestQuorum quorum, int to, long term) throws Exception {
    QuorumSettings settings = quorum.settings(to);
    return new LonePart(quorum.leaderId(), to, term, 0)
        .send(settings.listenPort(), settings.folder());
  }
}
