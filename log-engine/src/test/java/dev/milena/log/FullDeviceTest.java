package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a device that is full to the last byte may stop, and what it may not. */
class FullDeviceTest {
  private final SimDisk disk = new SimDisk(1);

  private static PartitionLog log(SimDisk disk) throws IOException {
    return LogFixtures.directory(disk).openLog("t-0", LogFixtures.SMALL, 1_000).log();
  }

  private static PartitionLog logOfThree(SimDisk disk) throws IOException {
    PartitionLog log = log(disk);
    assertInstanceOf(AppendOutcome.Appended.class, log.append(LogFixtures.batch(3), 3, 5_000));
    return log;
  }

  @Test
  void aFullDeviceAtAnOrderlyStopIsNoFailure() throws Exception {
    PartitionLog log = logOfThree(disk);
    disk.setCapacity(disk.usedBytes());

    log.close();

    assertTrue(log.offlineReason().isEmpty());
    assertEquals(3, log.flushedEnd());
    PartitionLog again = log(disk.crash());
    assertEquals(3, again.logEnd(), "flushed, whatever the power cut took");
    assertEquals(3, again.epochs().lastEpoch());
  }

  @Test
  void atAnOrderlyStopOnlyTheSyncOfTheRecordsIsFinalOnAFullDevice() throws Exception {
    long calls = 1;
    for (long call = 1; call <= calls; call++) {
      SimDisk each = new SimDisk(call);
      PartitionLog log = logOfThree(each);
      long before = each.calls();
      each.failAt(before + call, SimFault.NO_SPACE);
      if (call == 1) {
        assertThrows(IOException.class, log::close, "the sync");
        assertTrue(log.offlineReason().isPresent());
        calls = callsOfAClose();
      } else {
        log.close();
        assertTrue(log.offlineReason().isEmpty(), "call " + call + ": " + log.offlineReason());
        PartitionLog again = log(each.crash());
        assertEquals(3, again.logEnd(), "call " + call);
        assertEquals(3, again.epochs().lastEpoch(), "call " + call);
      }
    }
    assertTrue(calls > 10, "only " + calls + " calls");
  }

  private static long callsOfAClose() throws IOException {
    SimDisk disk = new SimDisk(1);
    PartitionLog log = logOfThree(disk);
    long before = disk.calls();
    log.close();
    return disk.calls() - before;
  }
}
