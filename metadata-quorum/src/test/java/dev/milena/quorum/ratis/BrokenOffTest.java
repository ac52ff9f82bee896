package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ReadAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that ended between two steps: what a member then finds, laid out by hand. */
@Timeout(120)
class BrokenOffTest {
  private static final QuorumTuning SMALL =
      new QuorumTuning(
          new QuorumTuning.Snapshots(200, 20_000, 30_000, 600_000, 2), 400, 1 << 13, 1 << 20, 600);

  @TempDir Path folder;
  private final Members members = new Members();

  private QuorumSettings settings() {
    return Members.single(folder, SMALL);
  }

  private Path current() {
    return Members.groupFolder(settings()).resolve("current");
  }

  @AfterEach
  void nobodyHalted() {
    assertEquals(List.of(), members.halts);
  }

  /** Ratis deletes the newest of the files first: what is left has a hole. */
  @Test
  void aPurgeThatWasBrokenOffIsFinished() throws Exception {
    long hash;
    byte[] oldest;
    Path file;
    try (QuorumServer member = members.start(settings())) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 80);
      file = Members.list(current(), "log_0-").getFirst();
      oldest = Files.readAllBytes(file);
      Members.fill(member, 1_500);
      Members.await(member.snapshot());
      TestQuorum.await("more than one file is purged", () -> firstLog() > 200);
      hash = member.stateHash();
    }
    Files.write(file, oldest);

    assertStartsWith(hash);

    assertTrue(Files.notExists(file));
  }

  /** Of what no snapshot has, nothing is deleted. */
  @Test
  void aLogWithAHoleBehindTheSnapshotIsRefusedAndLeftAsItIs() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);
    }
    Path only = Members.list(current(), "log_inprogress_").getFirst();
    Files.copy(only, current().resolve("log_inprogress_500"));
    long last = lastIndex(only);
    Path closed = Files.move(only, current().resolve("log_0-" + last));

    IOException refused = assertThrows(IOException.class, () -> members.start(settings()));

    assertTrue(refused.toString().contains("/current begins at 500, "), refused.toString());
    assertTrue(Files.exists(closed));
  }

  /** The old folder gets another name, the new one its name, and the old one is deleted. */
  @Test
  void anInstallationOfASnapshotThatWasBrokenOffAtAnyStepCostsNothing() throws Exception {
    long hash;
    try (QuorumServer member = members.start(settings())) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 1_500);
      Members.await(member.snapshot());
      TestQuorum.await("what the snapshot has is purged", () -> firstLog() > 200);
      hash = member.stateHash();
    }
    Path group = Members.groupFolder(settings());
    Path aside = group.resolve("sm.tmp20261126_120000_000");
    Path received = group.resolve("tmp/snapshot-of-a-leader/cp-1-2");

    Files.createDirectories(received);
    Files.move(group.resolve("sm"), aside);
    assertStartsWith(hash);
    assertTrue(Files.notExists(received.getParent()), "what was received is left");
    assertTrue(Files.notExists(aside), "what was put aside is left");

    Files.createDirectories(aside.resolve("cp-1-2"));
    assertStartsWith(hash);
    assertTrue(Files.notExists(aside), "what was put aside is left");

    Files.move(group.resolve("sm"), aside);
    Path torn = group.resolve("sm/cp-1-9999999");
    Files.createDirectories(torn);
    assertStartsWith(hash);
  }

  /** The file is renamed, then the next is made, laid out, and given its header. */
  @Test
  void aRollThatWasBrokenOffAtAnyStepCostsNothing() throws Exception {
    long hash;
    try (QuorumServer member = members.start(settings())) {
      Members.bringUpBroker(member, 1);
      Members.fill(member, 20);
      hash = member.stateHash();
    }
    byte[] header = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
    for (Map.Entry<String, byte[]> begun :
        Map.of(
                "nothing",
                new byte[0],
                "half a header",
                Arrays.copyOf(header, 4),
                "zeros",
                new byte[1 << 14],
                "a header",
                header)
            .entrySet()) {
      Path open = Members.list(current(), "log_inprogress_").getLast();
      long first = Long.parseLong(open.getFileName().toString().replaceAll("\\D", ""));
      long last = lastIndex(open);
      Files.move(open, current().resolve("log_" + first + "-" + last));
      assertStartsWith(hash);
      open = Members.list(current(), "log_inprogress_").getLast();
      first = Long.parseLong(open.getFileName().toString().replaceAll("\\D", ""));
      last = lastIndex(open);
      Files.move(open, current().resolve("log_" + first + "-" + last));
      Files.write(current().resolve("log_inprogress_" + (last + 1)), begun.getValue());
      System.out.println("the next file has " + begun.getKey());
      assertStartsWith(hash);
    }
  }

  /** A file of Ratis' log is a header of 8 bytes, then entries, each with its length and a CRC. */
  private static long lastIndex(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(8);
      long last = -1;
      LogEntryProto entry = LogEntryProto.parseDelimitedFrom(in);
      // what was laid out ahead is zeros, an entry of no length
      while (entry != null && entry.getSerializedSize() > 0) {
        last = entry.getIndex();
        in.skipNBytes(4);
        entry = LogEntryProto.parseDelimitedFrom(in);
      }
      return last;
    }
  }

  private long firstLog() {
    try {
      return Members.firstLog(settings());
    } catch (IOException purging) {
      throw new UncheckedIOException(purging);
    }
  }

  private void assertStartsWith(long hash) throws Exception {
    try (QuorumServer member = members.start(settings())) {
      ReadAnswer read = Members.await(member.readIndex(Members.TIMEOUT_MS));
      assertEquals(ReadAnswer.CaughtUp.class, read.getClass());
      assertEquals(hash, member.stateHash());
    }
  }
}
