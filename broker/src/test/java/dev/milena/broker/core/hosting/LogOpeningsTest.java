package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.serving.SimClock;
import dev.milena.broker.core.serving.StepQueue;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogSettings;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.TopicId;
import dev.milena.replication.FlushPolicy;
import dev.milena.replication.PartitionFacts;
import dev.milena.replication.ReplicaSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a loop has opened and deleted off its thread, and in which order. */
class LogOpeningsTest {
  private static final Path ROOT = Path.of("logs");
  private static final int MANY = 10;

  private final SimDisk disk = new SimDisk(1);
  private final SimClock clock = new SimClock();
  private final StepQueue background = new StepQueue(1);
  private final GroupFlush flush = GroupFlush.byHand();
  private final LogDirectory directory;
  private final PartitionLoop loop;

  LogOpeningsTest() throws IOException {
    directory = LogDirectory.open(disk, ROOT, new UUID(0, 1));
    LogStorage storage = new LogStorage(List.of(new LogStorage.Volume(directory, flush)));
    HostingContext context = OneBroker.around(clock, background, storage);
    loop = new PartitionLoop(context, new NobodyFollows(), () -> {});
  }

  @Test
  void deletionsGoOneByOne() throws IOException {
    hold(MANY);
    rest();
    assertEquals(MANY, directory.logs().size());
    for (int i = 0; i < MANY; i++) {
      loop.assign(id(i), new Assignment.Drop(true));
    }
    turn();
    assertEquals(1, background.size());
    rest();
    assertEquals(List.of(), directory.logs());
  }

  @Test
  void partitionThatIsDroppedWhileItsLogIsBeingOpenedLeavesNoFiles() throws IOException {
    hold(1);
    turn();
    loop.assign(id(0), new Assignment.Drop(true));
    turn();
    rest();
    assertEquals(List.of(), directory.logs());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void partitionThatIsDroppedWhileItsLogCannotBeOpenedLeavesNoFiles(int failingCall)
      throws IOException {
    hold(1);
    turn();
    disk.failAt(disk.calls() + failingCall, SimFault.IO_ERROR);
    loop.assign(id(0), new Assignment.Drop(true));
    turn();
    assertTrue(background.step());
    disk.heal();
    rest();
    assertEquals(List.of(), directory.logs());
  }

  @Test
  void partitionThatComesBackWhileItIsBeingDroppedBeginsAnew() throws IOException {
    hold(1);
    turn();
    loop.assign(id(0), new Assignment.Drop(true));
    turn();
    hold(1);
    turn();
    rest();
    assertEquals(List.of(id(0).toString()), directory.logs());
    List<OffsetsOutcome> answers = new ArrayList<>();
    PartitionAddress where = new PartitionAddress(id(0), new PartitionName("logs", 0));
    assertTrue(
        loop.offer(
            new ClientRequest.Offsets(
                where, new FetchStart.AtEarliest(), Long.MAX_VALUE, answers::add)));
    turn();
    assertEquals(List.of(new OffsetsOutcome.Found(0, OffsetsOutcome.NO_TIMESTAMP, 1)), answers);
  }

  @Test
  void aFlushOfAnEarlierLifeSaysNothingOfTheNext() throws IOException {
    hold(1);
    rest();
    List<PartOutcome> answers = new ArrayList<>();
    produce(3, answers);
    turn();
    loop.assign(id(0), new Assignment.Drop(true));
    turn();
    hold(1);
    rest();
    produce(1, answers);
    turn();
    int before = answers.size();
    assertTrue(flush.runRound(), "the flush of the log that is gone");
    turn();

    assertEquals(before, answers.size(), "nothing of the new log is on the disk yet: " + answers);
    assertTrue(flush.runRound(), "the flush of the new log");
    turn();
    assertInstanceOf(PartOutcome.Written.class, answers.getLast());
  }

  private void produce(int records, List<PartOutcome> answers) {
    assertTrue(
        loop.offer(
            new ClientRequest.Produce(
                new PartitionAddress(id(0), new PartitionName("logs", 0)),
                SampleBatches.of(1_000, Collections.nCopies(records, "v").toArray(String[]::new)),
                records,
                Acks.ALL,
                Long.MAX_VALUE,
                answers::add,
                () -> {})));
  }

  @Test
  void newTopicIsOpenedBeforeOldOnesAreDeleted() throws IOException {
    hold(MANY);
    rest();
    for (int i = 0; i < MANY - 1; i++) {
      loop.assign(id(i), new Assignment.Drop(true));
    }
    turn();
    hold(MANY, MANY + 1);
    turn();
    background.step();
    turn();
    background.step();
    turn();
    assertTrue(directory.logs().contains(id(MANY).toString()));
    assertTrue(directory.logs().size() > 2, "others wait to be deleted");
  }

  @Test
  void stopDeletesWhatItHasTimeFor() throws IOException {
    hold(MANY);
    rest();
    for (int i = 0; i < MANY; i++) {
      loop.assign(id(i), new Assignment.Drop(true));
    }
    turn();
    List<String> stopped = new ArrayList<>();
    loop.stop(() -> stopped.add("stopped"));
    turn();
    background.step();
    turn();
    assertFalse(loop.isStopped());
    clock.advance(5_000);
    background.step();
    turn();
    assertEquals(List.of("stopped"), stopped);
    assertEquals(MANY - 2, directory.logs().size());
  }

  @Test
  void deletionThatFailsIsTriedAgainAndHoldsUpNobodyMeanwhile() throws IOException {
    hold(1);
    rest();
    List<PartOutcome> answers = new ArrayList<>();
    produce(3, answers);
    turn();
    loop.assign(id(0), new Assignment.Drop(true));
    turn();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertTrue(background.step());
    hold(0, 2);
    rest();
    assertEquals(2, directory.logs().size(), "the old one and the other topic's");
    List<OffsetsOutcome> offsets = new ArrayList<>();
    askForTheEnd(offsets);
    rest();
    assertEquals(List.of(), offsets, "nobody is answered from the old log");

    long againMs = loop.turn(clock.monotonicMs());
    assertEquals(clock.monotonicMs() + LogDeletions.FIRST_PAUSE_MS, againMs);
    clock.advance(LogDeletions.FIRST_PAUSE_MS - 1);
    turn();
    assertEquals(0, background.size());
    clock.advance(1);
    rest();

    assertEquals(2, directory.logs().size());
    assertEquals(List.of(new OffsetsOutcome.Found(0, OffsetsOutcome.NO_TIMESTAMP, 1)), offsets);
  }

  private void askForTheEnd(List<OffsetsOutcome> answers) {
    PartitionAddress where = new PartitionAddress(id(0), new PartitionName("logs", 0));
    assertTrue(
        loop.offer(
            new ClientRequest.Offsets(
                where, new FetchStart.AtLatest(), Long.MAX_VALUE, answers::add)));
  }

  @Test
  void whoeverWaitsForAllToBeOpenDoesNotWaitForADeletionThatFails() {
    hold(1);
    rest();
    loop.assign(id(0), new Assignment.Drop(true));
    turn();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertTrue(background.step());
    hold(1);
    List<String> settled = new ArrayList<>();
    loop.whenSettled(() -> settled.add("settled"));
    rest();
    assertEquals(List.of("settled"), settled);
  }

  @Test
  void stopWaitsForAnOpeningUnderWayNoLongerThanItsDeadline() {
    hold(1);
    turn();
    assertEquals(1, background.size());
    loop.stop(() -> {});
    long again = loop.turn(clock.monotonicMs());
    assertFalse(loop.isStopped());
    assertEquals(clock.monotonicMs() + 5_000, again, "a stop must not be slept through");
    clock.advance(4_999);
    turn();
    assertFalse(loop.isStopped());
    clock.advance(1);
    turn();
    assertTrue(loop.isStopped());
  }

  @Test
  void stopDoesNotWaitForADeletionThatFailed() {
    hold(1);
    rest();
    loop.assign(id(0), new Assignment.Drop(true));
    turn();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    assertTrue(background.step());
    loop.stop(() -> {});
    turn();
    assertTrue(loop.isStopped());
  }

  private void hold(int count) {
    hold(0, count);
  }

  private void hold(int from, int to) {
    for (int i = from; i < to; i++) {
      PartitionFacts facts =
          new PartitionFacts(1, 1, 1, ReplicaSet.of(1), ReplicaSet.of(1), 1, FlushPolicy.ACK);
      loop.assign(
          id(i),
          new Assignment.Hold(
              new PartitionName("logs", i),
              facts,
              ReplicaSet.EMPTY,
              LogSettings.DEFAULTS,
              FlushBounds.NONE));
    }
  }

  private static PartitionId id(int partition) {
    return new PartitionId(new TopicId(7, 7), partition);
  }

  private void turn() {
    loop.turn(clock.monotonicMs());
  }

  private void rest() {
    do {
      turn();
    } while (background.step());
    turn();
  }
}
