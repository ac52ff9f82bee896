package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogFixtures;
import dev.milena.log.PartitionLog;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FlushRequestsTest {
  private final SplittableRandom random = new SplittableRandom(1);
  private final GroupFlush groupFlush = GroupFlush.byHand();
  private final PartitionLog log = log();
  private final FlushRequests requests =
      new FlushRequests(
          log, groupFlush, log::apply, new FlushPace(HostingLimits.DEFAULTS.unflushed()));

  private static PartitionLog log() {
    try {
      LogDirectory directory = LogDirectory.open(new SimDisk(1), Path.of("logs"), new UUID(1, 2));
      return directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  /** One turn of the loop that appends one record. */
  private void turn() {
    log.append(LogFixtures.batch(random, 1, 20, 1), 0, 1);
    requests.pace().want();
    requests.requestIfDue(1);
  }

  @Test
  void theFirstAppendIsFlushedAtOnceAndThoseDuringItsRoundShareTheNext() {
    for (int i = 0; i < 10; i++) {
      turn();
    }
    assertTrue(groupFlush.runRound());
    assertEquals(1, log.flushedEnd());
    assertFalse(groupFlush.runRound(), "the loop has not heard yet");

    requests.pace().roundOver();
    requests.requestIfDue(1);

    assertTrue(groupFlush.runRound());
    assertEquals(10, log.flushedEnd());
    requests.pace().roundOver();
    requests.requestIfDue(1);
    assertFalse(groupFlush.runRound(), "nothing was appended since");
  }
}
