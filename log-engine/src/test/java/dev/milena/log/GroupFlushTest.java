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
  void oneRoundCoversEverythingBeforeItsRequestAndNothingAfter() throws Exception {
    PartitionLog log = log(LogFixtures.directory(disk), "t-0");
    GroupFlush flush = GroupFlush.byHand();
    List<FlushResult> results = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      log.append(LogFixtures.batch(2), 0, 1);
    }
    flush.request(log, results::add);
    log.append(LogFixtures.batch(2), 0, 1);
    long calls = disk.calls();

    assertTrue(flush.runRound());

    assertEquals(calls + 1, disk.calls(), "one sync");
    assertTrue(log.apply(results.getFirst()));
    assertEquals(20, log.flushedEnd());
    assertFalse(log.apply(results.getFirst()), "nothing new");
    assertFalse(flush.runRound());
    assertEquals(1, flush.syncs());
    assertTrue(flush.syncNanos() > 0);
  }

  @Test
  void aLogAsksForOneRoundAtATimeAndOthersGoInOrder() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog first = log(directory, "first");
    PartitionLog second = log(directory, "second");
    GroupFlush flush = GroupFlush.byHand();
    List<PartitionLog> heard = new ArrayList<>();
    FlushListener listener = result -> heard.add(result.log());
    flush.request(first, listener);
    flush.request(second, listener);

    assertThrows(IllegalStateException.class, () -> flush.request(first, listener));
    assertTrue(flush.runRound());
    flush.request(first, listener);
    assertThrows(IllegalStateException.class, () -> flush.request(second, listener));
    assertTrue(flush.runRound());
    assertTrue(flush.runRound());

    assertEquals(List.of(first, second, first), heard);
  }

  @Test
  void whoHearsOfARoundMayAskForTheNext() throws Exception {
    PartitionLog log = log(LogFixtures.directory(disk), "t-0");
    GroupFlush flush = GroupFlush.byHand();
    List<FlushResult> results = new ArrayList<>();
    flush.request(
        log,
        result -> {
          results.add(result);
          flush.request(log, results::add);
        });

    assertTrue(flush.runRound());
    assertTrue(flush.runRound());

    assertEquals(2, results.size());
  }

  @Test
  void threadsFlushManyLogsAndStopAfterTheLastRequest() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    LinkedBlockingQueue<FlushResult> mailbox = new LinkedBlockingQueue<>();
    List<PartitionLog> logs = new ArrayList<>();
    try (GroupFlush flush = GroupFlush.threaded("test-flush", 2)) {
      for (int i = 0; i < 6; i++) {
        logs.add(log(directory, "t-" + i));
      }
      for (int round = 0; round < 50; round++) {
        for (PartitionLog log : logs) {
          log.append(LogFixtures.batch(1), 0, 1);
          flush.request(log, mailbox::add);
        }
        // The last round's results are left to the close.
        for (int i = 0; i < logs.size() && round < 49; i++) {
          FlushResult result = mailbox.take();
          assertTrue(result.log().apply(result));
        }
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
    assertThrows(IllegalArgumentException.class, () -> GroupFlush.threaded("x", 0));
  }
}
