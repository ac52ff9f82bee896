package dev.milena.quorum.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.JournalPlace;
import dev.milena.metadata.JournalStep;
import dev.milena.metadata.MetadataRecord;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.codec.AnswerCodec;
import dev.milena.metadata.codec.RecordCodec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataReplicaTest {
  private static final long MANY_BYTES = 1L << 30;

  @TempDir Path folder;

  @Test
  void theSameLogGivesTheSameAnswersJournalAndHashWhereverItIsCutByARestart() throws Exception {
    List<ByteBuffer> log = Entries.script(11, 300);
    List<byte[]> answers = new ArrayList<>();
    List<JournalStep> journal;
    long hash;
    try (MetadataReplica straight = opened("straight", MANY_BYTES)) {
      for (int i = 0; i < log.size(); i++) {
        answers.add(straight.apply(1, i, log.get(i)));
      }
      journal = steps(straight, 0);
      hash = straight.stateHash();
    }

    SnapshotFiles snapshots = snapshots("cut");
    for (int from = 0; from < log.size(); from += 60) {
      try (MetadataReplica cut = replica("cut", MANY_BYTES)) {
        cut.open(snapshots);
        assertEquals(from - 1, cut.view().appliedIndex());
        for (int i = from; i < from + 60; i++) {
          assertArrayEquals(answers.get(i), cut.apply(1, i, log.get(i)), "entry " + i);
        }
        cut.snapshot(snapshots);
        if (from + 60 >= log.size()) {
          assertEquals(journal, steps(cut, 0));
          assertEquals(hash, cut.stateHash());
        }
      }
    }
  }

  @Test
  void theJournalFoldsToTheImage() throws Exception {
    try (MetadataReplica replica = opened("a", MANY_BYTES)) {
      applyAll(replica, Entries.script(5, 300), 0);

      ClusterImage folded = ClusterImage.EMPTY;
      long rolling = 0;
      long previous = JournalPlace.NO_INDEX;
      for (JournalStep step : steps(replica, 0)) {
        assertTrue(RecordCodec.follows(step, rolling));
        assertEquals(previous, step.previousIndex());
        assertEquals("alice", step.origin().principal());
        assertTrue(step.timeMs() > 1_600_000_000_000L);
        rolling = step.rollingHash();
        previous = step.index();
        folded = folded.with(step.records()).image();
      }
      assertEquals(replica.view().image(), folded);
    }
  }

  @Test
  void pagesOfTheStreamGoOnWhereTheLastOneEnded() throws Exception {
    try (MetadataReplica replica = opened("a", MANY_BYTES)) {
      applyAll(replica, Entries.script(5, 200), 0);
      List<JournalStep> all = steps(replica, 0);
      List<JournalStep> paged = new ArrayList<>();
      long from = 0;
      while (from <= replica.view().appliedIndex()) {
        RecordStream.Page.Steps page =
            assertInstanceOf(RecordStream.Page.Steps.class, replica.stream().read(from, 300));
        paged.addAll(page.steps());
        from =
            page.steps().isEmpty() ? page.appliedIndex() + 1 : page.steps().getLast().index() + 1;
      }

      assertEquals(all, paged);
      RecordStream.Page.Steps end =
          assertInstanceOf(RecordStream.Page.Steps.class, replica.stream().read(from, 300));
      assertEquals(List.of(), end.steps());
    }
  }

  @Test
  void aJournalThatIsTooLargeLosesItsOldestStepsAndTheStreamGivesTheImageInstead()
      throws Exception {
    try (MetadataReplica replica = opened("a", 4_000)) {
      applyAll(replica, Entries.script(5, 400), 0);

      RecordStream.Page.Whole whole =
          assertInstanceOf(RecordStream.Page.Whole.class, replica.stream().read(0, 1 << 20));
      assertEquals(replica.view().image(), whole.image());
      assertEquals(replica.view().appliedIndex(), whole.index());

      long next = replica.view().appliedIndex() + 1;
      replica.apply(1, next, Entries.entry(9_000, Entries.createTopic("after", 1)));
      RecordStream.Page.Steps steps =
          assertInstanceOf(
              RecordStream.Page.Steps.class, replica.stream().read(whole.index() + 1, 1 << 20));
      assertEquals(1, steps.steps().size());
      assertEquals(whole.lastStep(), steps.steps().getFirst().previousIndex());
      assertTrue(RecordCodec.follows(steps.steps().getFirst(), whole.rollingHash()));
    }
  }

  @Test
  void aStepLargerThanTheWholeJournalStays() throws Exception {
    try (MetadataReplica replica = opened("a", 100)) {
      applyAll(replica, Entries.script(5, 2), 0);
      replica.apply(1, 2, Entries.entry(3, Entries.createTopic("large", 1_000)));

      RecordStream.Page.Steps steps =
          assertInstanceOf(RecordStream.Page.Steps.class, replica.stream().read(2, 10));
      assertInstanceOf(
          MetadataRecord.TopicCreated.class, steps.steps().getFirst().records().getFirst());
    }
  }

  @Test
  void aDamagedSnapshotIsSetAsideAndTheOneBeforeIsTaken() throws Exception {
    for (String how : List.of("torn", "flipped", "missing", "manifest", "no manifest")) {
      SnapshotFiles snapshots = snapshots(how);
      List<ByteBuffer> log = Entries.script(3, 100);
      long hash;
      try (MetadataReplica replica = replica(how, MANY_BYTES)) {
        replica.open(snapshots);
        applyAll(replica, log.subList(0, 50), 0);
        replica.snapshot(snapshots);
        applyAll(replica, log.subList(50, 100), 50);
        hash = replica.stateHash();
        damage(replica.snapshot(snapshots), how);
      }

      try (MetadataReplica replica = replica(how, MANY_BYTES)) {
        Optional<SnapshotFiles.Named> opened = replica.open(snapshots);

        assertEquals(49, opened.orElseThrow().index(), how);
        applyAll(replica, log.subList(50, 100), 50);
        assertEquals(hash, replica.stateHash(), how);
        assertEquals(1, snapshots.list().size(), how);
        assertTrue(Files.exists(folder.resolve(how + "-snapshots/damaged-cp-1-99")), how);
        replica.snapshot(snapshots);
        snapshots.retain(2);
        assertTrue(!Files.exists(folder.resolve(how + "-snapshots/damaged-cp-1-99")), how);
        assertEquals(99, snapshots.list().getFirst().index(), how);
      }
    }
  }

  private static void damage(SnapshotFiles.Named snapshot, String how) throws IOException {
    Path manifest = snapshot.path().resolve(SnapshotManifest.FILE_NAME);
    Path table =
        SnapshotFiles.filesOf(snapshot).stream()
            .filter(file -> file.toString().endsWith(".sst"))
            // the newest: earlier snapshots share the older ones
            .max(Comparator.naturalOrder())
            .orElseThrow();
    switch (how) {
      case "torn" -> {
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
          file.setLength(file.length() / 2);
        }
      }
      case "flipped" -> {
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
          file.seek(file.length() / 2);
          int old = file.read();
          file.seek(file.length() / 2);
          file.write(old ^ 1);
        }
      }
      case "missing" -> Files.delete(table);
      case "manifest" ->
          Files.writeString(
              manifest, Files.readString(manifest).replaceFirst("index \\d+", "index 98"));
      case "no manifest" -> Files.delete(manifest);
      default -> throw new IllegalArgumentException(how);
    }
  }

  @Test
  void aSnapshotHalfTakenIsNotSeen() throws Exception {
    SnapshotFiles snapshots = snapshots("a");
    try (MetadataReplica replica = replica("a", MANY_BYTES)) {
      replica.open(snapshots);
      applyAll(replica, Entries.script(3, 50), 0);
      Files.createDirectories(folder.resolve("a-temporary"));
      Files.writeString(folder.resolve("a-temporary/left over"), "from a crash");
      Files.createDirectories(folder.resolve("a-snapshots/cp-1"));
      replica.snapshot(snapshots);
      applyAll(replica, Entries.script(3, 60).subList(50, 60), 50);
      replica.snapshot(snapshots);
      applyAll(replica, Entries.script(3, 70).subList(60, 70), 60);
      replica.snapshot(snapshots);
    }

    snapshots.retain(2);

    assertEquals(
        List.of(69L, 59L), snapshots.list().stream().map(SnapshotFiles.Named::index).toList());
  }

  @Test
  void answersThatWereGivenAreGivenAgainAfterASnapshot() throws Exception {
    SnapshotFiles snapshots = snapshots("a");
    ByteBuffer create = Entries.entry(77, Entries.createTopic("once", 1));
    QuorumAnswer first;
    try (MetadataReplica replica = replica("a", MANY_BYTES)) {
      replica.open(snapshots);
      applyAll(replica, Entries.script(3, 2), 0);
      first = AnswerCodec.decode(ByteBuffer.wrap(replica.apply(1, 2, create)));
      replica.snapshot(snapshots);
    }

    try (MetadataReplica replica = replica("a", MANY_BYTES)) {
      replica.open(snapshots);
      assertInstanceOf(QuorumAnswer.Decided.class, first);
      assertEquals(first, AnswerCodec.decode(ByteBuffer.wrap(replica.apply(2, 3, create))));
    }
  }

  @Test
  void aClosedStoreRefusesReadersInsteadOfCrashing() throws Exception {
    MetadataReplica replica = opened("a", MANY_BYTES);
    applyAll(replica, Entries.script(3, 5), 0);
    replica.close();

    assertThrows(StoreFailure.class, () -> replica.stream().read(0, 1));
    replica.close();
  }

  @Test
  void waitersHearWhenTheirIndexIsApplied() throws Exception {
    List<Long> heard = new ArrayList<>();
    try (MetadataReplica replica = opened("a", MANY_BYTES)) {
      replica.whenApplied(1, () -> heard.add(replica.view().appliedIndex()));
      replica.whenApplied(0, () -> heard.add(replica.view().appliedIndex()));
      applyAll(replica, Entries.script(3, 4), 0);
      replica.whenApplied(3, () -> heard.add(-7L));
    }

    assertEquals(List.of(0L, 1L, -7L), heard);
  }

  private MetadataReplica opened(String name, long journalBytes) throws IOException {
    MetadataReplica replica = replica(name, journalBytes);
    replica.open(snapshots(name));
    return replica;
  }

  private MetadataReplica replica(String name, long journalBytes) {
    return new MetadataReplica(folder.resolve(name + "-live"), journalBytes);
  }

  private SnapshotFiles snapshots(String name) {
    return new SnapshotFiles(
        folder.resolve(name + "-snapshots"), folder.resolve(name + "-temporary"));
  }

  private static void applyAll(MetadataReplica replica, List<ByteBuffer> entries, long from)
      throws StoreFailure {
    for (int i = 0; i < entries.size(); i++) {
      replica.apply(1, from + i, entries.get(i));
    }
  }

  private static List<JournalStep> steps(MetadataReplica replica, long from) throws StoreFailure {
    return assertInstanceOf(
            RecordStream.Page.Steps.class, replica.stream().read(from, Integer.MAX_VALUE))
        .steps();
  }
}
