package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
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
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A turn answers when the loop must turn again, whatever it is that falls due: it may sleep. */
class LoopTurnTest {
  private static final PartitionAddress WHERE =
      new PartitionAddress(new PartitionId(new TopicId(7, 7), 0), new PartitionName("logs", 0));

  private final SimDisk disk = new SimDisk(1);
  private final SimClock clock = new SimClock();
  private final StepQueue background = new StepQueue(1);
  private final List<PartOutcome> written = new ArrayList<>();
  private final List<FetchOutcome> fetched = new ArrayList<>();
  private final PartitionLoop loop;

  LoopTurnTest() throws IOException {
    LogDirectory directory = LogDirectory.open(disk, Path.of("logs"), new UUID(0, 1));
    LogStorage storage =
        new LogStorage(List.of(new LogStorage.Volume(directory, GroupFlush.byHand())));
    HostingContext context = OneBroker.around(clock, background, storage);
    loop = new PartitionLoop(context, new NobodyFollows(), () -> {});
  }

  /** How long the loop may sleep after a turn, in ms. */
  private long sleepMs() {
    return loop.turn(clock.monotonicMs()) - clock.monotonicMs();
  }

  private void hold(FlushPolicy policy) {
    PartitionFacts facts =
        new PartitionFacts(1, 1, 1, ReplicaSet.of(1), ReplicaSet.of(1), 1, policy);
    loop.assign(
        WHERE.id(),
        new Assignment.Hold(
            WHERE.name(), facts, ReplicaSet.EMPTY, LogSettings.DEFAULTS, FlushBounds.NONE));
  }

  private void open(FlushPolicy policy) {
    hold(policy);
    sleepMs();
    assertTrue(background.step());
    while (sleepMs() == 0) {}
    assertEquals(HostingLimits.DEFAULTS.retentionCheckMs(), sleepMs(), "nothing but retention");
  }

  private void produce(Acks acks, long timeoutMs) {
    assertTrue(
        loop.offer(
            new ClientRequest.Produce(
                WHERE,
                SampleBatches.of(1_000, "v"),
                1,
                acks,
                clock.monotonicMs() + timeoutMs,
                written::add,
                () -> {})));
  }

  @Test
  void writeThatWaitsForItsAcknowledgementIsAnsweredInTime() {
    open(FlushPolicy.ACK);
    produce(Acks.ALL, 700);
    assertEquals(700, sleepMs());
    clock.advance(700);
    sleepMs();
    assertEquals(1, written.size());
  }

  @Test
  void requestThatWaitsForItsLogToBeOpenedIsAnsweredInTime() {
    hold(FlushPolicy.ACK);
    sleepMs();
    produce(Acks.ALL, 900);
    produce(Acks.ALL, 300);
    assertEquals(300, sleepMs());
    clock.advance(300);
    assertEquals(600, sleepMs());
    assertEquals(1, written.size());
  }

  @Test
  void fetchThatWaitsForMoreIsAnsweredInTime() {
    open(FlushPolicy.ACK);
    assertTrue(
        loop.offer(
            new ClientRequest.Fetch(
                WHERE,
                new FetchStart.AtOffset(0),
                FetchCall.FetchForm.BATCHES,
                new FetchCall.Bounds(1, 1_000, 400),
                clock.monotonicMs() + 400,
                () -> false,
                fetched::add)));
    assertEquals(400, sleepMs());
    clock.advance(400);
    sleepMs();
    assertEquals(1, fetched.size());
  }

  @Test
  void oldBytesAreFlushedInTimeThoughNobodyWaits() {
    open(FlushPolicy.REPLICATED);
    produce(Acks.LEADER, 60_000);
    assertEquals(HostingLimits.DEFAULTS.unflushed().ms(), sleepMs());
  }

  @Test
  void logThatFoundNoRoomIsOpenedAgainInTime() {
    hold(FlushPolicy.ACK);
    sleepMs();
    disk.failAt(disk.calls() + 1, SimFault.NO_SPACE);
    assertTrue(background.step());
    assertEquals(LogOpenings.RETRY_MS, sleepMs());
    clock.advance(LogOpenings.RETRY_MS);
    sleepMs();
    assertTrue(background.step(), "it is tried again");
  }
}
