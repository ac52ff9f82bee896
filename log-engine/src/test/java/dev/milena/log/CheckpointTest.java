package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.log.disk.SimDisk;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the file of flushed ends is written, and that it is not without need. */
@Timeout(30)
class CheckpointTest {
  private static final LogMark FIRST = new LogMark(0, new LogPosition(10, 0, 700));
  private static final LogMark LATER = new LogMark(0, new LogPosition(20, 0, 1_400));

  private final SimDisk disk = new SimDisk(11);
  private Checkpoint checkpoint;

  @BeforeEach
  void open() throws Exception {
    disk.createDirectories(LogFixtures.ROOT);
    checkpoint = Checkpoint.open(disk, LogFixtures.ROOT);
  }

  @Test
  void whatChangedIsWrittenOnceAndNotAgain() throws Exception {
    checkpoint.put("t-0", FIRST);
    checkpoint.write();
    assertEquals(Map.of("t-0", FIRST), read());

    long calls = disk.calls();
    checkpoint.put("t-0", new LogMark(0, new LogPosition(10, 0, 700)));
    checkpoint.forget("t-1");
    checkpoint.write();
    assertEquals(calls, disk.calls());

    checkpoint.put("t-0", LATER);
    checkpoint.write();
    assertTrue(disk.calls() > calls);
    assertEquals(Map.of("t-0", LATER), read());

    checkpoint.forget("t-0");
    checkpoint.write();
    assertEquals(Map.of(), read());
  }

  @Test
  void whatAStartReadsIsNotWrittenAgain() throws Exception {
    checkpoint.put("t-0", FIRST);
    checkpoint.write();
    SimDisk killed = disk.restart();
    Checkpoint again = Checkpoint.open(killed, LogFixtures.ROOT);
    assertEquals(checkpoint.sizeInBytes(), again.sizeInBytes());
    long calls = killed.calls();
    again.put("t-0", FIRST);
    again.write();
    assertEquals(calls, killed.calls());
  }

  @Test
  void whatCouldNotBeWrittenIsTriedAgain() throws Exception {
    checkpoint.put("t-0", FIRST);
    disk.setCapacity(0);
    assertThrows(NoSpaceException.class, checkpoint::write);
    disk.setCapacity(Long.MAX_VALUE);
    checkpoint.put("t-0", FIRST);
    checkpoint.write();
    assertEquals(Map.of("t-0", FIRST), read());
  }

  private Map<String, LogMark> read() throws Exception {
    return Checkpoint.read(disk, LogFixtures.ROOT).orElseThrow();
  }
}
