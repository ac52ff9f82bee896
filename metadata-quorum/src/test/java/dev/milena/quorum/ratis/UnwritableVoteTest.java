package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A voter that cannot write down for whom it votes. */
@Timeout(120)
class UnwritableVoteTest {
  @TempDir Path folder;

  /** Else it would be a candidate for ever that holds no election, and nobody would hear of it. */
  @Test
  void whoCannotWriteDownItsVoteWhenItWantsToLeadEnds() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0)) {
      quorum.startAll();
      int leader = quorum.leader();
      List<Integer> others = List.of(1 + leader % 3, 1 + (leader + 1) % 3);
      for (int id : others) {
        // Ratis writes the new file beside the old one first
        Files.createDirectories(current(quorum.folderOf(id)).resolve("raft-meta.tmp"));
      }
      quorum.kill(leader);

      TestQuorum.await(
          "who stands ends", () -> others.stream().anyMatch(id -> !quorum.node(id).isAlive()));
      for (int id : others) {
        if (!quorum.node(id).isAlive()) {
          String said = quorum.awaitHalt(id);
          assertTrue(said.contains("the quorum's log cannot be written: "), said);
          assertTrue(said.contains("raft-meta.tmp"), said);
        }
      }
    }
  }

  private static Path current(Path member) throws IOException {
    try (var groups = Files.list(member.resolve("raft"))) {
      return groups.findFirst().orElseThrow().resolve("current");
    }
  }
}
