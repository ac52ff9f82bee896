package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class GroupFlushTest {
  private final SimDisk disk = new SimDisk(3);

  private PartitionLog log(LogDirectory directory, String name) throws Exception {
    return directory.openLog(name, LogFixtures.SMALL, 1).log();
  }

  @Test
  void oneRoundAnswersAllWhoWait() throws Exception {
    PartitionLog log = log(LogFixtures.directory(disk), "t-0");
    GroupFlush flush = GroupFlush.byHand();
    List<FlushResult> first = new ArrayList<>();
    List<FlushResult> second = new ArrayList<>();
    FlushListener one = first::add;
    for (int i = 0; i < 10; i++) {
      log.append(LogFixtures.batch(2), 0, 1);
      flush.request(log, one);
    }
    flush.request(log, second::add);
    long calls = disk.calls();

    assertTrue(flush.runRound());

    assertEquals(calls + 1, disk.calls(), "one sync");
    assertEquals(1, first.size(), "a listener that asks again hears once");
    assertEquals(1, second.size());
    assertTrue(log.apply(first.getFirst()));
    assertEquals(20, log.flushedEnd());
    assertFalse(log.apply(second.getFirst()), "nothing new");
    assertFalse(flush.runRound());
  }

  @Test
  void aBusyLogGathersAndAnotherGoesAtOnce() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog busy = log(directory, "busy");
    PartitionLog calm = log(directory, "calm");
    FlushQueue queue = new FlushQueue(1_000);
    FlushListener nobody = result -> {};
    queue.add(busy.flushTarget(), nobody, 0);
    queue.add(busy.flushTarget(), nobody, 300);
    queue.add(calm.flushTarget(), nobody, 400);

    assertEquals(calm, queue.next(400).orElseThrow().target().log());
    assertEquals(600, queue.nanosToWait(400));
    assertTrue(queue.next(999).isEmpty());
    FlushQueue.Round round = queue.next(1_000).orElseThrow();
    assertEquals(2, round.requests());
    queue.add(busy.flushTarget(), nobody, 1_100);
    assertTrue(queue.next(5_000).isEmpty(), "one round of a log at a time");
    assertEquals(FlushQueue.NEVER, queue.nanosToWait(5_000));
    queue.finished(round);
    assertTrue(queue.next(5_000).isPresent());
  }

  @Test
  void threadsFlushManyLogsAndStopAfterTheLastRequest() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    LinkedBlockingQueue<FlushResult> mailbox = new LinkedBlockingQueue<>();
    List<PartitionLog> logs = new ArrayList<>();
    try (GroupFlush flush = GroupFlush.threaded("test-flush", 2, 100_000)) {
      for (int i = 0; i < 6; i++) {
        logs.add(log(directory, "t-" + i));
      }
      for (int round = 0; round < 50; round++) {
        for (PartitionLog log : logs) {
          log.append(LogFixtures.batch(1), 0, 1);
          flush.request(log, mailbox::add);
        }
        FlushResult result = mailbox.take();
        assertTrue(result.log().apply(result) || result.log().flushedEnd() >= 0);
      }
    }
    for (FlushResult result : mailbox) {
      assertInstanceOf(FlushResult.Flushed.class, result);
      result.log().apply(result);
    }
    for (PartitionLog log : logs) {
      assertEquals(50, log.flushedEnd(), "close finishes what was asked for");
    }
  }

  @Test
  void aClosedFlushTakesNothing() throws Exception {
    PartitionLog log = log(LogFixtures.directory(disk), "t-0");
    GroupFlush flush = GroupFlush.byHand();
    flush.close();
    assertThrows(IllegalStateException.class, () -> flush.request(log, result -> {}));
    assertThrows(IllegalArgumentException.class, () -> GroupFlush.threaded("x", 0, 0));
  }
}
