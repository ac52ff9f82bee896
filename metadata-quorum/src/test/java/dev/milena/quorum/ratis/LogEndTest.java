package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.store.StoreFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a log ends, in its files and in the snapshot, and that it must not end before. */
@Timeout(30)
class LogEndTest {
  private static final LastEntry BY_FILES = new LastEntry(5, 110);

  @TempDir Path folder;

  @Test
  void aLogThatEndsWhereItMustOrLaterIsTaken() throws Exception {
    write(BY_FILES);
    LogEnd.require(folder, Optional.empty(), List.of());
    LogEnd.require(folder, Optional.empty(), List.of(BY_FILES, new LastEntry(4, 110)));
  }

  @Test
  void aLogThatEndsBeforeIsRefusedWithBothPlaces() throws Exception {
    write(BY_FILES);
    StoreFailure refusal =
        assertThrows(
            StoreFailure.class,
            () -> LogEnd.require(folder, Optional.empty(), List.of(new LastEntry(6, 105))));
    String refused = String.valueOf(refusal.getMessage());
    assertTrue(refused.contains("ends at index 110 of term 5"), refused);
    assertTrue(refused.contains("up to index 105 of term 6"), refused);
    assertThrows(
        StoreFailure.class,
        () -> LogEnd.require(folder, Optional.empty(), List.of(new LastEntry(5, 111))));
  }

  @Test
  void whatASnapshotHasIsNotLostThoughFilesOfBeforeLieBesideIt() throws Exception {
    write(BY_FILES);
    Optional<LastEntry> snapshot = Optional.of(new LastEntry(6, 105));
    LogEnd.require(folder, snapshot, List.of(new LastEntry(6, 105), new LastEntry(5, 108)));
    assertThrows(
        StoreFailure.class, () -> LogEnd.require(folder, snapshot, List.of(new LastEntry(6, 106))));
  }

  @Test
  void withNeitherFilesNorASnapshotWhateverItHadIsLost() {
    assertThrows(
        StoreFailure.class,
        () -> LogEnd.require(folder, Optional.empty(), List.of(new LastEntry(1, 0))));
  }

  private void write(LastEntry last) throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    log.writeBytes("RaftLog1".getBytes(StandardCharsets.US_ASCII));
    LogEntryProto entry =
        LogEntryProto.newBuilder().setTerm(last.term()).setIndex(last.index()).build();
    LogTailTest.framed(log, entry.toByteArray());
    Files.write(folder.resolve("log_inprogress_" + last.index()), log.toByteArray());
  }
}
