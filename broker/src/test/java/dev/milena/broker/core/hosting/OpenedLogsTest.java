package dev.milena.broker.core.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.log.RecoveryReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/** What is said of logs that are opened: a start says one sum. */
@Timeout(10)
class OpenedLogsTest {
  private static RecoveryReport report(boolean created, long scanned, long cut) {
    return new RecoveryReport("t-0", created, 1, 0, 9, scanned, 2 * scanned, cut, "", 3, 4);
  }

  private static RecoveryReport asLeft() {
    return new RecoveryReport("t-0", false, 1, 0, 9, 0, 0, 0, "", 0, 0);
  }

  @Test
  void theyAreSummedUpFromTheFirstThatWasBegunToTheLastThatWasOpen() {
    assertEquals(0, OpenedLogs.NONE.ms());

    OpenedLogs sum =
        OpenedLogs.NONE
            .with(report(true, 0, 0), 120, 130)
            .with(report(false, 10, 7), 100, 170)
            .with(asLeft(), 150, 160);

    assertEquals(new OpenedLogs(3, 1, 1, 14, new OpenedLogs.Bytes(10, 20), 100, 170), sum);
    assertEquals(70, sum.ms());
  }

  @Test
  void ofOneAloneIsToldWhenSomethingWasCutOrNoSumHasIt() {
    boolean summed = true;
    assertEquals(Level.DEBUG, LogOpenings.levelOf(asLeft(), !summed));
    assertEquals(Level.INFO, LogOpenings.levelOf(report(true, 0, 0), !summed));
    assertEquals(Level.INFO, LogOpenings.levelOf(report(false, 10, 0), !summed));
    assertEquals(Level.WARN, LogOpenings.levelOf(report(false, 10, 7), !summed));
    assertEquals(Level.DEBUG, LogOpenings.levelOf(report(true, 0, 0), summed));
    assertEquals(Level.DEBUG, LogOpenings.levelOf(report(false, 10, 0), summed));
    assertEquals(Level.WARN, LogOpenings.levelOf(report(false, 10, 7), summed));
  }
}
