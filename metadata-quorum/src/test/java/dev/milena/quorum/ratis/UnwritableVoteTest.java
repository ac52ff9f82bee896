package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
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
        keepFromWriting(quorum, id);
      }
      quorum.kill(leader);

      TestQuorum.await(
          "who stands ends", () -> others.stream().anyMatch(id -> !quorum.node(id).isAlive()));
      for (int id : others) {
        if (!quorum.node(id).isAlive()) {
          assertEndsAndSaysWhy(quorum, id);
        }
      }
    }
  }

  /**
   * A leader that is only silent is replaced in Ratis' own time, by whoever stands first: one who
   * cannot write down that it stands, or one who is not given the other's vote.
   */
  @Test
  void whoCannotWriteDownItsVoteEndsWhoeverStands() throws Exception {
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0)) {
      quorum.startAll();
      int leader = quorum.leader();
      int unwritable = 1 + leader % 3;
      keepFromWriting(quorum, unwritable);
      quorum.pause(leader);

      TestQuorum.await("it ends", () -> !quorum.node(unwritable).isAlive());
      assertEndsAndSaysWhy(quorum, unwritable);
    }
  }

  /**
   * Ratis puts an empty file in the place of the one that it could not write anew. Whoever has
   * forgotten for whom it voted is refused at its next start.
   */
  @Test
  @EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
  void whatWasPromisedIsNotLostWhereTheDiskIsFull() throws Exception {
    SmallDisk.assumeMountable();
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 3, 0);
        SmallDisk one = SmallDisk.mount(quorum.folderOf(1));
        SmallDisk two = SmallDisk.mount(quorum.folderOf(2));
        SmallDisk three = SmallDisk.mount(quorum.folderOf(3))) {
      quorum.startAll();
      int leader = quorum.leader();
      Map<Integer, SmallDisk> full = new TreeMap<>(Map.of(1, one, 2, two, 3, three));
      full.remove(leader);
      for (SmallDisk disk : full.values()) {
        disk.fill();
      }
      quorum.kill(leader);
      TestQuorum.await(
          "who stands ends",
          () -> full.keySet().stream().anyMatch(id -> !quorum.node(id).isAlive()));

      int ended =
          full.keySet().stream().filter(id -> !quorum.node(id).isAlive()).findFirst().orElseThrow();
      quorum.awaitHalt(ended);
      for (SmallDisk disk : full.values()) {
        disk.empty();
      }
      quorum.start(ended);
      quorum.start(leader);
      quorum.assertAllAgree();
      quorum.close();
    }
  }

  private static void keepFromWriting(ProcessQuorum quorum, int id) throws IOException {
    // Ratis writes the new file beside the old one first
    Files.createDirectories(current(quorum.folderOf(id)).resolve("raft-meta.tmp"));
  }

  private static void assertEndsAndSaysWhy(ProcessQuorum quorum, int id) throws Exception {
    String said = quorum.awaitHalt(id);
    assertTrue(said.contains("the quorum's log cannot be written: "), said);
    assertTrue(said.contains("raft-meta.tmp"), said);
  }

  private static Path current(Path member) throws IOException {
    try (var groups = Files.list(member.resolve("raft"))) {
      return groups.findFirst().orElseThrow().resolve("current");
    }
  }
}
