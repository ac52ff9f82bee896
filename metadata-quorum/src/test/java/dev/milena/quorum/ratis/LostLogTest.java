package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member whose folder is there and whose log is not does not vote under the name it had. */
class LostLogTest {
  @TempDir Path folder;

  private final Members members = new Members();

  @BeforeEach
  void aMemberHadALog() throws Exception {
    try (QuorumServer member = members.start(settings())) {
      Members.bringUpBroker(member, 1);
      Members.decided(
          member.submit(Members.createTopic("t", 1), Members.ORIGIN, Members.TIMEOUT_MS));
      TestQuorum.await("the log is noted", () -> identity().endsWith("written\n"));
    }
    assertEquals(List.of(), members.halts);
  }

  private String identity() {
    try {
      return Files.readString(settings().identityFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private QuorumSettings settings() {
    return Members.single(folder, QuorumTuning.DEFAULT);
  }

  @Test
  void withoutAnyOfItsFilesItIsRefused() throws Exception {
    lose("");
    assertRefused();
  }

  @Test
  void withoutTheFileOfTermAndVoteItIsRefused() throws Exception {
    lose("raft-meta");
    assertRefused();
  }

  @Test
  void withoutTheFilesOfTheLogItIsRefused() throws Exception {
    lose("log_");
    assertRefused();
  }

  @Test
  void withASnapshotInTheirPlaceItStarts() throws Exception {
    try (QuorumServer member = members.start(settings())) {
      Members.await(member.readIndex(Members.TIMEOUT_MS));
      Members.await(member.snapshot());
    }
    lose("log_");

    try (QuorumServer member = members.start(settings())) {
      Members.await(member.readIndex(Members.TIMEOUT_MS));
      assertTrue(member.view().image().topic("t").isPresent());
    }
    assertEquals(List.of(), members.halts);
  }

  private void lose(String prefix) throws Exception {
    for (Path file : Members.list(Members.groupFolder(settings()).resolve("current"), prefix)) {
      Files.delete(file);
    }
  }

  private void assertRefused() {
    String why = assertThrows(ForeignStorage.class, () -> members.start(settings())).toString();
    assertTrue(why.contains("is gone: put it back"), why);
  }
}
