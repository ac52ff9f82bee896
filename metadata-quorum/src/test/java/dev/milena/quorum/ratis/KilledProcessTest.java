package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves that cannot clear up after itself. */
class KilledProcessTest {
  @TempDir Path folder;

  /** A library of 17 MB a kill fills a disk in the end. */
  @Test
  void whoIsKilledLeavesNothingInTheFolderForTemporaryFiles() throws Exception {
    Path temporary = Files.createDirectories(folder.resolve("temporary"));
    List<String> flags = List.of("-Djava.io.tmpdir=" + temporary);
    try (ProcessQuorum quorum = new ProcessQuorum(folder, 1, 0, flags)) {
      quorum.startAll();
      int leader = quorum.leader();
      assertEquals("decided", quorum.node(leader).ask("topic t 30000").split(" ")[0]);

      quorum.kill(leader);
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
