package dev.milena.quorum.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.milena.metadata.EntryPlace;
import dev.milena.metadata.MetadataCommand.CheckStateHash;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.codec.AnswerCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateHashCheckTest {
  private static final int TERM = 1;

  @TempDir Path folder;

  private final List<StateHashListener.Disagreement> heard = new ArrayList<>();

  @Test
  void membersThatAgreeHearNothing() throws Exception {
    try (MetadataReplica replica = opened("a")) {
      long next = apply(replica, Entries.script(3, 2_100), 0);
      StateHashAt kept = replica.latestStateHash().orElseThrow();
      long before = replica.stateHash();
      RecordStream.Page journal = replica.stream().read(0, Integer.MAX_VALUE);

      assertDecided(apply(replica, next, check(kept.index(), kept.stateHash())));

      assertEquals(2_000, kept.index());
      assertEquals(List.of(), heard);
      assertNotEquals(before, replica.stateHash(), "the answered request and the time are state");
      assertEquals(
          ((RecordStream.Page.Steps) journal).steps(),
          ((RecordStream.Page.Steps) replica.stream().read(0, Integer.MAX_VALUE)).steps());
    }
  }

  @Test
  void aMemberWithAnotherStateHearsOfIt() throws Exception {
    List<ByteBuffer> log = Entries.script(3, 1_200);
    StateHashAt leaders;
    try (MetadataReplica leader = opened("leader")) {
      apply(leader, log, 0);
      leaders = leader.latestStateHash().orElseThrow();
      apply(leader, 1_200, check(1_000, leaders.stateHash()));
      assertEquals(List.of(), heard);
    }

    try (MetadataReplica other = opened("other")) {
      for (int i = 0; i < log.size(); i++) {
        // what the leader never saw, as a bug or a broken memory would have it
        other.apply(
            TERM, i, i == 500 ? Entries.entry(9_999, Entries.createTopic("x", 1)) : log.get(i));
      }
      StateHashAt own = other.latestStateHash().orElseThrow();
      assertNotEquals(leaders, own);

      apply(other, 1_200, check(1_000, leaders.stateHash()));

      assertEquals(
          List.of(new StateHashListener.Disagreement(new EntryPlace(TERM, 1_200), own, leaders)),
          heard);
    }
  }

  @Test
  void whatIsNotKnownIsNotCompared() throws Exception {
    try (MetadataReplica replica = opened("a")) {
      long next = 0;
      for (int i = 0; i < 17_500; i++) {
        replica.apply(TERM, next++, Entries.barrier());
      }
      for (long index : new long[] {-1, -1_000, 0, 999, 1_001, 1_000, 18_000, Long.MAX_VALUE}) {
        apply(replica, next++, check(index, 42));
      }
      assertEquals(List.of(), heard);

      apply(replica, next, check(2_000, 42));
      assertEquals(1, heard.size(), "16 are kept: 2,000 to 17,000");
    }
  }

  @Test
  void aCheckThatIsRefusedIsNoCheck() throws Exception {
    try (MetadataReplica replica = opened("a")) {
      long next = apply(replica, Entries.script(3, 1_001), 0);

      byte[] answer =
          apply(
              replica,
              next,
              Entries.entryOnlyInTerm(TERM + 1, 7_000, new CheckStateHash(1_000, 42)));

      assertInstanceOf(QuorumAnswer.Refused.class, AnswerCodec.decode(ByteBuffer.wrap(answer)));
      assertEquals(List.of(), heard);
    }
  }

  @Test
  void entriesWithoutACommandCountToo() throws Exception {
    try (MetadataReplica replica = opened("a")) {
      apply(replica, Entries.script(3, 1_000), 0);
      replica.advance(TERM, 1_000);

      assertEquals(
          Optional.of(new StateHashAt(1_000, replica.stateHash())), replica.latestStateHash());
    }
  }

  @Test
  void aRestartKeepsTheHashOfItsSnapshotAndOfWhatItReplays() throws Exception {
    SnapshotFiles snapshots = snapshots("a");
    List<ByteBuffer> log = Entries.script(3, 2_300);
    StateHashAt first;
    StateHashAt second;
    try (MetadataReplica replica = opened("a")) {
      apply(replica, log.subList(0, 1_001), 0);
      first = replica.latestStateHash().orElseThrow();
      replica.snapshot(snapshots);
      apply(replica, log.subList(1_001, 2_300), 1_001);
      second = replica.latestStateHash().orElseThrow();
    }

    try (MetadataReplica replica = opened("a")) {
      assertEquals(Optional.of(first), replica.latestStateHash());
      long next = apply(replica, log.subList(1_001, 2_300), 1_001);
      assertEquals(Optional.of(second), replica.latestStateHash());

      apply(replica, next, check(1_000, first.stateHash() + 1));
      assertEquals(first, heard.getFirst().own());
    }
  }

  @Test
  void aSnapshotThatTakesThePlaceOfTheStateForgetsItsHashes() throws Exception {
    List<ByteBuffer> log = Entries.script(3, 1_300);
    try (MetadataReplica replica = opened("a")) {
      apply(replica, log, 0);
      replica.snapshot(snapshots("a"));
      replica.open(snapshots("a"));

      assertEquals(Optional.empty(), replica.latestStateHash());
      apply(replica, 1_300, check(1_000, 42));
      assertEquals(List.of(), heard);
    }
  }

  private MetadataReplica opened(String name) throws IOException {
    MetadataReplica replica =
        new MetadataReplica(folder.resolve(name + "-live"), 1L << 30, heard::add);
    replica.open(snapshots(name));
    return replica;
  }

  private SnapshotFiles snapshots(String name) {
    return new SnapshotFiles(
        folder.resolve(name + "-snapshots"), folder.resolve(name + "-temporary"));
  }

  private static ByteBuffer check(long index, long stateHash) {
    return Entries.entry(50_000 + index % 1_000_000, new CheckStateHash(index, stateHash));
  }

  private static void assertDecided(byte[] answer) throws Exception {
    assertInstanceOf(QuorumAnswer.Decided.class, AnswerCodec.decode(ByteBuffer.wrap(answer)));
  }

  private static byte[] apply(MetadataReplica replica, long index, ByteBuffer entry)
      throws StoreFailure {
    return replica.apply(TERM, index, entry);
  }

  /** Applies them all; gives the next index. */
  private static long apply(MetadataReplica replica, List<ByteBuffer> entries, long from)
      throws StoreFailure {
    long next = from;
    for (ByteBuffer entry : entries) {
      replica.apply(TERM, next++, entry);
    }
    return next;
  }
}
