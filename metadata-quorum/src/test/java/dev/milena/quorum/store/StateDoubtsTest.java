package dev.milena.quorum.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.MetadataCommand.CheckStateHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a member whose state is not the leader's. */
@Timeout(60)
class StateDoubtsTest {
  private static final int TERM = 1;

  @TempDir Path folder;

  /** The quorum's, with the leader's checks at the entries after 1,000, 2,000 and 3,000. */
  private static final List<ByteBuffer> log = new ArrayList<>();

  private static long leadersHash;

  private final List<String> halts = new ArrayList<>();
  private SnapshotFiles snapshots;
  private StateDoubts doubts;
  private MetadataReplica member;

  @BeforeAll
  static void aLeaderHasWrittenALog(@TempDir Path leaders) throws Exception {
    try (MetadataReplica leader = new MetadataReplica(leaders.resolve("live"), 1L << 30)) {
      leader.open(new SnapshotFiles(leaders.resolve("snapshots"), leaders.resolve("temporary")));
      for (ByteBuffer entry : Entries.script(5, 3_100)) {
        append(leader, entry);
        if (log.size() % 1_000 == 1 && log.size() > 1) {
          StateHashAt noted = leader.latestStateHash().orElseThrow();
          append(leader, check(noted.index(), noted.stateHash()));
        }
      }
      leadersHash = leader.stateHash();
    }
  }

  private static void append(MetadataReplica leader, ByteBuffer entry) throws StoreFailure {
    leader.apply(TERM, log.size(), entry);
    log.add(entry);
  }

  @BeforeEach
  void aMemberStarts() throws Exception {
    snapshots = new SnapshotFiles(folder.resolve("snapshots"), folder.resolve("temporary"));
    start();
  }

  @Test
  void aRowThatIsNotTheLeadersEndsTheProcessAndIsMadeAnewAtTheNextStart() throws Exception {
    apply(0, 900);
    member.snapshot(snapshots);
    apply(900, 1_500);
    stop();
    Corruption.ofARow(folder.resolve("live"), snapshots, TERM, 1_499);
    start();
    assertFalse(doubts.isDoubted(), "nothing tells yet");

    apply(1_500, 2_500);

    assertEquals(1, halts.size(), halts.toString());
    assertTrue(
        halts.getFirst().startsWith("after entry 2000 this member's state hash was "),
        halts.toString());
    assertNotEquals(leadersHash, member.stateHash());

    stop();
    start();
    assertTrue(doubts.isDoubted());
    assertEquals(List.of(), snapshots.list(), "none is known to be good");
    assertEquals(
        List.of("damaged-cp-1-1499", "damaged-cp-1-899"), aside(), "for a person to look at");
    apply(0, log.size());
    assertEquals(1, halts.size());
    assertFalse(doubts.isDoubted());
    assertEquals(leadersHash, member.stateHash());

    stop();
    start();
    assertFalse(doubts.isDoubted(), "the mark is gone");
  }

  @Test
  void aSnapshotFromBeforeTheLastAgreementIsKept() throws Exception {
    apply(0, 900);
    member.snapshot(snapshots);
    apply(900, 1_200);
    member.snapshot(snapshots);
    diverge(1_200);
    apply(1_201, 2_010);
    assertEquals(1, halts.size());

    stop();
    start();

    assertEquals(List.of("damaged-cp-1-1199"), aside());
    assertEquals(899, member.view().appliedIndex());
    apply(900, log.size());
    assertEquals(leadersHash, member.stateHash());
    assertFalse(doubts.isDoubted());
  }

  @Test
  void aStateThatWasMadeAnewInVainIsForAPerson() throws Exception {
    diverge(0);
    apply(1, 2_000);
    stop();
    start();
    diverge(0);
    apply(1, 1_005);
    assertEquals(1, halts.size(), "that comparison was known");
    assertTrue(doubts.isDoubted());

    apply(1_005, 2_010);

    assertEquals(2, halts.size());
    stop();
    StoreFailure refused = assertThrows(StoreFailure.class, this::start);
    assertTrue(
        refused.toString().contains("remove this voter and add it again"), refused.toString());
  }

  @Test
  void theWordOfALeaderThatWasWrongStaysInTheLogAndStopsAMemberOnce() throws Exception {
    ByteBuffer wrong = check(1_000, 42);
    apply(0, 1_001);
    member.apply(TERM, 1_001, wrong);
    assertEquals(1, halts.size());

    stop();
    start();
    apply(0, 1_001);
    member.apply(TERM, 1_001, wrong);
    assertEquals(1, halts.size());
    assertTrue(doubts.isDoubted());

    apply(1_002, log.size());
    assertEquals(1, halts.size(), halts.toString());
  }

  @Test
  void aMarkThatCannotBeReadEndsTheStart() throws Exception {
    stop();
    Files.createDirectories(folder.resolve("snapshots"));
    Files.writeString(folder.resolve("snapshots").resolve("doubt"), "milena doubt 1\nindex x\n");
    assertThrows(StoreFailure.class, this::start);
  }

  private void start() throws IOException {
    doubts = new StateDoubts((what, cause) -> halts.add(what));
    member = new MetadataReplica(folder.resolve("live"), 1L << 30, doubts);
    doubts.beforeOpening(snapshots);
    member.open(snapshots);
  }

  private void stop() {
    member.close();
  }

  private void apply(int from, int to) throws StoreFailure {
    for (int index = from; index < to; index++) {
      member.apply(TERM, index, log.get(index));
    }
  }

  /** Applies what the leader never saw. */
  private void diverge(int index) throws StoreFailure {
    member.apply(TERM, index, Entries.entry(9_999, Entries.createTopic("x", 1)));
  }

  private List<String> aside() throws IOException {
    try (var files = Files.list(folder.resolve("snapshots"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("damaged-"))
          .sorted()
          .toList();
    }
  }

  private static ByteBuffer check(long index, long stateHash) {
    return Entries.entry(50_000 + index, new CheckStateHash(index, stateHash));
  }
}
