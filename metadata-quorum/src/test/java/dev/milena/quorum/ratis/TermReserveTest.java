package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Term and vote of which Ratis has left an empty file. */
@Timeout(60)
class TermReserveTest {
  private static final RaftStorageMetadata VOTED =
      RaftStorageMetadata.valueOf(
          Long.MAX_VALUE, RatisPeers.id(PeerName.of(Integer.MAX_VALUE, UUID.randomUUID())));

  private static final RaftStorageMetadata NOT_VOTED =
      RaftStorageMetadata.valueOf(8, RaftStorageMetadata.getDefault().getVotedFor());

  @TempDir Path folder;

  @Test
  void whatIsPutBackIsWhatRatisReads() throws Exception {
    for (RaftStorageMetadata remembered : new RaftStorageMetadata[] {VOTED, NOT_VOTED}) {
      TermReserve reserve = new TermReserve(folder);
      Path current = formatted();
      assertTrue(TermReserve.term(current).isPresent());
      reserve.layOut();
      long laidOut = Files.size(folder.resolve("term-reserve"));
      Files.write(current.resolve("raft-meta"), new byte[0]);
      assertFalse(TermReserve.term(current).isPresent());

      reserve.putBack(current, remembered, () -> true);

      assertTrue(TermReserve.term(current).isPresent());
      assertEquals(laidOut, Files.size(current.resolve("raft-meta")));
      assertEquals(remembered, read());
    }
  }

  @Test
  void aFileThatWasWrittenInPartIsNotWhole() throws Exception {
    Path current = formatted();
    Files.writeString(current.resolve("raft-meta"), "#\nterm=7\n");
    assertFalse(TermReserve.term(current).isPresent());
  }

  /** As when a halt is not heeded, for a stop is under way, and Ratis fails once more. */
  @Test
  void whatWasPutBackAndIsLostAgainIsPutBackAgain() throws Exception {
    TermReserve reserve = new TermReserve(folder);
    Path current = formatted();
    reserve.layOut();
    for (RaftStorageMetadata remembered : new RaftStorageMetadata[] {NOT_VOTED, VOTED}) {
      Files.write(current.resolve("raft-meta"), new byte[0]);
      reserve.putBack(current, remembered, () -> true);
      assertTrue(Files.exists(folder.resolve("term-reserve")));
      assertEquals(remembered, read());
      // there was no space for another one
      Files.delete(folder.resolve("term-reserve"));
    }
  }

  /** Whoever waited for it goes on, and may let Ratis write a later term. */
  @Test
  void whatIsLateIsNotPutBack() throws Exception {
    TermReserve reserve = new TermReserve(folder);
    Path current = formatted();
    reserve.layOut();
    byte[] before = Files.readAllBytes(current.resolve("raft-meta"));

    assertThrows(IOException.class, () -> reserve.putBack(current, NOT_VOTED, () -> false));

    assertEquals(before.length, Files.size(current.resolve("raft-meta")));
  }

  private Path formatted() throws IOException {
    try (RaftStorage storage = storage()) {
      storage.initialize();
      return storage.getStorageDir().getCurrentDir().toPath();
    }
  }

  private RaftStorageMetadata read() throws IOException {
    try (RaftStorage storage = storage()) {
      storage.initialize();
      return storage.getMetadataFile().getMetadata();
    }
  }

  private RaftStorage storage() throws IOException {
    return RaftStorage.newBuilder()
        .setDirectory(folder.resolve("raft").toFile())
        .setOption(RaftStorage.StartupOption.RECOVER)
        .setLogCorruptionPolicy(CorruptionPolicy.getDefault())
        .setStorageFreeSpaceMin(SizeInBytes.ONE_KB)
        .build();
  }
}
