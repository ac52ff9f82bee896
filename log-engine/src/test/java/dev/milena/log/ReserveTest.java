package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.NoSpaceException;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.PassingFile;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The reserve of a directory: how large it is, when it goes, and that nobody else gets it. */
class ReserveTest {
  private static final Path FILE = LogFixtures.ROOT.resolve(Reserve.NAME);
  private static final Path SEGMENT = SegmentName.log(LogFixtures.ROOT.resolve("t-0"), 0);

  private final SimDisk disk = new SimDisk(4);

  @Test
  void itIsWrittenToTheLastByteAndGrowsWithTheCheckpoint() throws Exception {
    disk.createDirectories(LogFixtures.ROOT);
    Reserve reserve = new Reserve(disk, LogFixtures.ROOT);
    assertThrows(NoSpaceException.class, reserve::requireWhole);
    reserve.make(0);
    reserve.requireWhole();
    assertEquals(128 << 10, disk.sizeInBytes(FILE));
    reserve.make(100_000);
    assertEquals(192 << 10, disk.sizeInBytes(FILE));
    ByteBuffer all = ByteBuffer.allocate(192 << 10);
    try (DiskFile file = disk.open(FILE)) {
      WholeIo.readFully(file, all, 0);
    }
    for (int at = 0; at < all.capacity(); at += 512) {
      boolean zeros = true;
      for (int i = at; i < at + 512; i++) {
        zeros &= all.get(i) == 0;
      }
      assertFalse(zeros, "a file system may keep no block for the sector at " + at);
    }
    assertEquals(192 << 10, disk.usedBytes());
  }

  @Test
  void aStartFindsItAndClearsAwayOneThatWasBeingMade() throws Exception {
    LogFixtures.directory(disk);
    SimDisk killed = disk.restart();
    killed.create(WholeIo.temporary(FILE));
    long calls = killed.calls();

    LogFixtures.directory(killed);

    assertFalse(killed.exists(WholeIo.temporary(FILE)));
    // That file, and the sync that takes the marker of an orderly stop.
    assertEquals(calls + 2, killed.calls());
  }

  @Test
  void whileItIsGivenUpNothingElseMayTakeItsPlace() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    appendTo(log);
    disk.setCapacity(disk.usedBytes());

    // The first checkpoint has no other one whose room it could take, so the reserve stays away.
    directory.checkpoint();

    assertFalse(disk.exists(FILE));
    assertTrue(disk.exists(LogFixtures.ROOT.resolve(Checkpoint.NAME)));
    long calls = disk.calls();
    AppendOutcome.NoSpace refused =
        assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(1), 0, 1));
    assertEquals(calls, disk.calls(), "the device is not even asked");
    assertTrue(refused.detail().contains(Reserve.NAME), refused.detail());
    assertThrows(
        NoSpaceException.class, () -> directory.openLog("t-1", LogFixtures.SMALL, 1), "a new log");

    disk.setCapacity(Long.MAX_VALUE);
    directory.checkpoint();
    assertTrue(disk.exists(FILE));
    appendTo(log);
    directory.openLog("t-1", LogFixtures.SMALL, 1);
  }

  @Test
  void itIsNotMadeOfTheLastBlocksNorTriedWhereItDoesNotFit() throws Exception {
    disk.createDirectories(LogFixtures.ROOT);
    Reserve reserve = new Reserve(disk, LogFixtures.ROOT);
    disk.setCapacity(128 << 10);
    long calls = disk.calls();
    reserve.make(0);
    disk.setCapacity((128 << 10) + Reserve.SPARE_BYTES - 1);
    reserve.make(0);
    assertThrows(NoSpaceException.class, reserve::requireWhole);
    assertEquals(calls, disk.calls(), "others need what is left, if only for a moment");

    disk.setCapacity((128 << 10) + Reserve.SPARE_BYTES);
    reserve.make(0);
    reserve.requireWhole();
    assertEquals(128 << 10, disk.sizeInBytes(FILE));
  }

  @Test
  void anAppendUnderWayThatTookOfItGivesItBack() throws Exception {
    StepsIn stepsIn = new StepsIn(disk);
    LogDirectory directory = LogDirectory.open(stepsIn, LogFixtures.ROOT, new UUID(1, 2));
    PartitionLog log = directory.openLog("t-0", LogFixtures.SMALL, 1).log();
    appendTo(log);
    long end = log.logEnd();
    disk.setCapacity(disk.usedBytes());
    stepsIn.beforeNextWriteOf(SegmentName.LOG, directory::checkpoint);

    assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(9), 0, 1));

    assertFalse(disk.exists(FILE), "it was given up in the middle of the append");
    assertEquals(log.sizeInBytes(), disk.sizeInBytes(SEGMENT));
    assertEquals(end, log.logEnd());
    disk.setCapacity(Long.MAX_VALUE);
    directory.checkpoint();
    appendTo(log);
    assertEquals(end + 9, log.logEnd());
    assertEquals(1, LogFixtures.read(log, 0, 100_000, log.logEnd()).size());
  }

  @Test
  void aRollUnderWayThatTookOfItGivesItBack() throws Exception {
    StepsIn stepsIn = new StepsIn(disk);
    LogDirectory directory = LogDirectory.open(stepsIn, LogFixtures.ROOT, new UUID(1, 2));
    LogSettings byAge = LogFixtures.withSegmentMs(100);
    PartitionLog log = directory.openLog("t-0", byAge, 1).log();
    appendTo(log);
    stepsIn.beforeNextWriteOf(
        SegmentName.INDEX,
        () -> {
          disk.setCapacity(disk.usedBytes());
          directory.checkpoint();
        });

    assertInstanceOf(AppendOutcome.NoSpace.class, log.append(LogFixtures.batch(1), 0, 1_000));

    assertFalse(disk.exists(FILE), "it was given up in the middle of the roll");
    assertEquals(1, log.segmentCount());
    assertFalse(disk.exists(SegmentName.index(LogFixtures.ROOT.resolve("t-0"), 0)));
    assertFalse(disk.exists(SegmentName.timeIndex(LogFixtures.ROOT.resolve("t-0"), 0)));
    disk.setCapacity(Long.MAX_VALUE);
    directory.checkpoint();
    assertInstanceOf(AppendOutcome.Appended.class, log.append(LogFixtures.batch(1), 0, 1_000));
    assertEquals(2, log.segmentCount());
  }

  private static void appendTo(PartitionLog log) {
    assertInstanceOf(AppendOutcome.Appended.class, log.append(LogFixtures.batch(9), 0, 1));
  }

  /** Something that another thread does in the middle of a call. */
  private interface Meanwhile {
    void happens() throws IOException;
  }

  /** A disk on which something happens just before the next write to a file of some kind. */
  private static final class StepsIn extends PassingDisk {
    private String ending = "";
    private Meanwhile meanwhile = () -> {};

    StepsIn(SimDisk disk) {
      super(disk);
    }

    void beforeNextWriteOf(String kind, Meanwhile what) {
      ending = kind;
      meanwhile = what;
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      return new Watched(file, super.create(file));
    }

    private void step(Path file) throws IOException {
      if (!ending.isEmpty() && file.toString().endsWith(ending)) {
        ending = "";
        meanwhile.happens();
      }
    }

    /** One file of it. */
    private final class Watched extends PassingFile {
      private final Path path;

      Watched(Path path, DiskFile file) {
        super(file);
        this.path = path;
      }

      @Override
      public int write(ByteBuffer source, long position) throws IOException {
        step(path);
        return super.write(source, position);
      }
    }
  }
}
