package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two folders of one shape that somebody has swapped do not serve each other's records. */
class NameMarkTest {
  private static final Path ONE = LogFixtures.ROOT.resolve("t-0");
  private static final Path OTHER = LogFixtures.ROOT.resolve("t-1");

  private SimDisk disk = new SimDisk(5);
  private LogDirectory directory = LogFixtures.directory(disk);

  NameMarkTest() throws IOException {
    fill("t-0", 1);
    fill("t-1", 2);
  }

  /** Both become alike but for the bytes of their records. */
  private void fill(String name, long seed) throws IOException {
    PartitionLog log = directory.openLog(name, LogFixtures.SMALL, 1).log();
    log.append(LogFixtures.batch(new SplittableRandom(seed), 3, 40, 1_000), 0, 1_000);
    log.close();
  }

  private void restart(SimDisk next) throws IOException {
    disk = next;
    directory = LogFixtures.directory(disk);
  }

  private byte[] recordsOf(String name) throws Exception {
    PartitionLog log = directory.openLog(name, LogFixtures.SMALL, 1).log();
    return LogFixtures.read(log, 0, 1, 3).getFirst();
  }

  private void swap() throws IOException {
    Path aside = LogFixtures.ROOT.resolve("aside");
    disk.rename(ONE, aside);
    disk.rename(OTHER, ONE);
    disk.rename(aside, OTHER);
  }

  private String refusalOf(String name) {
    MisnamedLog refused =
        assertThrows(MisnamedLog.class, () -> directory.openLog(name, LogFixtures.SMALL, 1));
    return String.valueOf(refused.getMessage());
  }

  @Test
  void swappedFoldersAreRefusedByBothNamesAndOpenWhenTheyAreSwappedBack() throws Exception {
    byte[] records = recordsOf("t-0");
    directory.close();
    restart(disk.restart());
    swap();

    assertEquals("logs/t-0 is the folder of log t-1, renamed; call it so again", refusalOf("t-0"));
    assertEquals("logs/t-1 is the folder of log t-0, renamed; call it so again", refusalOf("t-1"));
    swap();

    assertArrayEquals(records, recordsOf("t-0"));
  }

  /** As when a topic is deleted whose folder another log is called by. */
  @Test
  void nobodyDeletesALogByAnotherLogsName() throws Exception {
    byte[] records = recordsOf("t-1");
    directory.close();
    restart(disk.restart());
    swap();

    assertThrows(MisnamedLog.class, () -> directory.deleteLog("t-0"));
    swap();
    directory.deleteLog("t-0");

    assertArrayEquals(records, recordsOf("t-1"));
  }

  @Test
  void theMarkIsOnTheDeviceAsSoonAsTheLogIs() throws Exception {
    directory.checkpoint();
    restart(disk.crash());
    swap();

    assertTrue(refusalOf("t-0").contains("t-1"));
  }

  @Test
  void aLogWhoseMarkSomebodyHasDeletedOpens() throws Exception {
    byte[] records = recordsOf("t-0");
    restart(disk.restart());
    disk.delete(ONE.resolve(NameMark.BEGINNING + "t-0"));

    assertArrayEquals(records, recordsOf("t-0"));
  }
}
