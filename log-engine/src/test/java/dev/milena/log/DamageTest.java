package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Bits that change on the device, and files that go (invariant I13): what was flushed is there byte
 * for byte, or a {@link CorruptLog} names the damage, at the start or at the read. Never is a log
 * shorter than it was and nobody says so.
 */
class DamageTest {
  private static final long SEED = Long.getLong("milena.seed", 99);
  private static final int FLIPS = Integer.getInteger("milena.flips", 400);
  private static final String NAME = "t-0";
  private static final Path FOLDER = LogFixtures.ROOT.resolve(NAME);

  /** A log of several segments and epochs, flushed to its end, and what is in it. */
  private record Flushed(SimDisk disk, long end, ByteBuffer bytes) {}

  /**
   * Such a log.
   *
   * @param cleanly whether it was closed; else the process was killed, its checkpoint a little old
   */
  private static Flushed flushed(boolean cleanly) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    SimDisk disk = new SimDisk(SEED);
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog log = directory.openLog(NAME, LogFixtures.SMALL, 1).log();
    GroupFlush flush = GroupFlush.byHand();
    for (int i = 0; i < 40; i++) {
      log.append(LogFixtures.batch(random, 3, random.nextInt(30, 200), 1_000), i / 12, 1_000);
      flush.request(log, log::apply);
      assertTrue(flush.runRound());
      if (i == 35) {
        directory.checkpoint();
      }
    }
    assertEquals(log.logEnd(), log.flushedEnd());
    ByteBuffer bytes = all(log);
    long end = log.logEnd();
    if (cleanly) {
      log.close();
      directory.close();
    }
    return new Flushed(disk.restart(), end, bytes);
  }

  private static ByteBuffer all(PartitionLog log) throws Exception {
    ByteBuffer all = ByteBuffer.allocate(1 << 16);
    for (byte[] slice : LogFixtures.read(log, log.logStart(), 3_000, Long.MAX_VALUE)) {
      all.put(slice);
    }
    return all.flip();
  }

  private static List<Path> files(SimDisk disk, String ending) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : disk.list(FOLDER)) {
      if (name.endsWith(ending)) {
        files.add(FOLDER.resolve(name));
      }
    }
    return files;
  }

  private static PartitionLog open(SimDisk disk) throws IOException {
    return LogFixtures.directory(disk).openLog(NAME, LogFixtures.SMALL, 1).log();
  }

  @Test
  void aBitThatChangesInALogIsNeverServedAndNeverShortensTheLogInSilence() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    int namedAtStart = 0;
    int namedAtRead = 0;
    for (int i = 0; i < FLIPS; i++) {
      Flushed flushed = flushed(i % 2 == 0);
      List<Path> logs = files(flushed.disk(), ".log");
      Path file = logs.get(random.nextInt(logs.size()));
      long position = random.nextLong(flushed.disk().sizeInBytes(file));
      flushed.disk().flip(file, position, random.nextInt(8));
      String where = "seed " + SEED + ", flip " + i + " in " + file + " at " + position;
      try {
        PartitionLog log = open(flushed.disk());
        assertEquals(flushed.end(), log.logEnd(), where);
        try {
          assertEquals(withoutEpochs(flushed.bytes()), withoutEpochs(all(log)), where);
        } catch (CorruptLog named) {
          namedAtRead++;
        }
      } catch (CorruptLog named) {
        namedAtStart++;
      }
    }
    assertTrue(namedAtStart > FLIPS / 20, "only " + namedAtStart + " were named at the start");
    assertTrue(namedAtRead > FLIPS / 4, "only " + namedAtRead + " were named at the read");
  }

  /** The leader epoch lies outside the CRC; it is no part of a record. */
  private static ByteBuffer withoutEpochs(ByteBuffer bytes) {
    ByteBuffer run = ByteBuffer.wrap(LogFixtures.copy(bytes));
    for (int at = 0; at < run.limit(); at += BatchHeader.sizeInBytes(run, at)) {
      BatchHeader.patch(run, at, BatchHeader.baseOffset(run, at), 0);
    }
    return run;
  }

  @Test
  void damagedOrMissingSideFilesGiveTheSameLogAsBefore() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    for (String ending : List.of(".index", ".timeindex", EpochFile.NAME)) {
      for (int i = 0; i < 40; i++) {
        Flushed flushed = flushed(i % 2 == 0);
        List<Path> found = files(flushed.disk(), ending);
        Path file = found.get(random.nextInt(found.size()));
        if (i % 5 == 0) {
          flushed.disk().delete(file);
        } else {
          long position = random.nextLong(flushed.disk().sizeInBytes(file));
          flushed.disk().flip(file, position, random.nextInt(8));
        }
        String where = "seed " + SEED + ", " + i + ", " + file;
        PartitionLog log = open(flushed.disk());
        assertEquals(flushed.bytes(), all(log), where);
        assertEquals(4, log.epochs().size(), where);
        assertEquals(new EpochEnd(2, 108), log.epochs().endOffsetFor(2, log.logEnd()), where);
      }
    }
  }

  @Test
  void aDamagedCheckpointIsSetAsideAndTheLogIsReadFromItsLastSeal() throws Exception {
    Flushed flushed = flushed(false);
    flushed.disk().flip(LogFixtures.ROOT.resolve(Checkpoint.NAME), 30, 2);

    PartitionLog log = open(flushed.disk());

    assertEquals(flushed.bytes(), all(log));
    assertTrue(flushed.disk().exists(LogFixtures.ROOT.resolve(Checkpoint.NAME + ".damaged")));
  }

  @Test
  void aSegmentThatIsGoneIsNamed() throws Exception {
    int segments = files(flushed(true).disk(), ".log").size();
    assertTrue(segments > 2);
    for (int gone = 0; gone < segments; gone++) {
      Flushed flushed = flushed(gone % 2 == 0);
      flushed.disk().delete(files(flushed.disk(), ".log").get(gone));
      assertThrows(CorruptLog.class, () -> open(flushed.disk()), "segment " + gone);
    }
  }

  @Test
  void aFolderThatIsGoneIsNamed() throws Exception {
    Flushed flushed = flushed(true);
    flushed.disk().rename(FOLDER, LogFixtures.ROOT.resolve("elsewhere"));

    CorruptLog named = assertThrows(CorruptLog.class, () -> open(flushed.disk()));

    assertEquals(FOLDER, named.file());
    assertTrue(named.reason().contains("flushed up to " + flushed.end()), named.reason());
  }

  @Test
  void aLogThatIsShorterThanItsCheckpointIsNamed() throws Exception {
    for (boolean cleanly : new boolean[] {true, false}) {
      Flushed flushed = flushed(cleanly);
      LogPosition vouched = Checkpoint.open(flushed.disk(), LogFixtures.ROOT).mark(NAME).flushed();
      Path segment = SegmentName.log(FOLDER, vouched.segmentBase());
      try (var shorter = flushed.disk().open(segment)) {
        shorter.truncate(vouched.position() / 8);
      }
      assertThrows(CorruptLog.class, () -> open(flushed.disk()));
    }
  }

  /** A batch of an earlier segment, which is walked over by headers, could be put back. */
  @Test
  void aLogThatIsShorterThanItsCheckpointIsNamedAlsoWhereABatchInFrontIsDamaged() throws Exception {
    for (boolean cleanly : new boolean[] {true, false}) {
      Flushed flushed = flushed(cleanly);
      LogPosition vouched = Checkpoint.open(flushed.disk(), LogFixtures.ROOT).mark(NAME).flushed();
      flushed.disk().delete(SegmentName.index(FOLDER, 0));
      flushed.disk().flip(SegmentName.log(FOLDER, 0), BatchHeader.MAGIC_END - 1, 3);
      try (var shorter = flushed.disk().open(SegmentName.log(FOLDER, vouched.segmentBase()))) {
        shorter.truncate(vouched.position() / 8);
      }

      CorruptLog loss = assertThrows(CorruptLog.class, () -> open(flushed.disk()));

      assertTrue(loss.offset().isEmpty(), loss::toString);
      assertTrue(loss.reason().startsWith("the file is shorter than the"), loss.reason());
    }
  }

  @Test
  void aDamagedIdentityIsNamed() throws Exception {
    Flushed flushed = flushed(true);
    flushed.disk().flip(LogFixtures.ROOT.resolve(DirectoryIdentity.NAME), 30, 2);

    assertThrows(CorruptLog.class, () -> LogFixtures.directory(flushed.disk()));
  }
}
