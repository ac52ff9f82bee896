package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.PassingFile;
import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A batch is as large as its header says, and a disk may have changed that: nobody asks for the
 * memory before the CRC is known to be right. What is read at once is what was allocated for it.
 */
class LargeBatchesTest {
  private static final String NAME = "t-0";
  private static final Path SEGMENT =
      LogFixtures.ROOT.resolve(NAME).resolve("00000000000000000000.log");
  private static final int MIB = 1 << 20;
  private static final int SMALL = 600_000;
  private static final int LARGE = 3 * MIB;
  private static final int[] VALUES = {SMALL, SMALL, LARGE, SMALL, SMALL, SMALL, LARGE};
  private static final int LARGE_AT = 2;
  private static final int LAST = 6;
  private static final int LENGTH_AT = 8;
  private static final LogSettings SETTINGS =
      new LogSettings(
          64 * MIB,
          1_000_000,
          new LogSettings.Index(4096, MIB),
          new LogSettings.Kept(-1, -1, 86_400_000),
          4 * MIB,
          TimestampType.CREATE_TIME);

  private SimDisk disk = new SimDisk(1);
  private Watched watched;
  private final LogDirectory directory;
  private final PartitionLog log;
  private final List<byte[]> written = new ArrayList<>();

  LargeBatchesTest() throws IOException {
    watched = new Watched(disk);
    directory = LogFixtures.directory(watched);
    log = directory.openLog(NAME, SETTINGS, 1).log();
    GroupFlush flush = GroupFlush.byHand();
    for (int i = 0; i < VALUES.length; i++) {
      ByteBuffer batch = LogFixtures.batch(new SplittableRandom(i), 1, VALUES[i], 1_000);
      assertInstanceOf(AppendOutcome.Appended.class, log.append(batch, 1, 1_000));
      written.add(LogFixtures.copy(batch));
    }
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
  }

  /** Remembers the largest buffer that was to be filled. */
  private static final class Watched extends PassingDisk {
    private int largestRead;

    Watched(Disk disk) {
      super(disk);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
      return watched(super.open(file));
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      return watched(super.create(file));
    }

    private DiskFile watched(DiskFile file) {
      return new PassingFile(file) {
        @Override
        public int read(ByteBuffer target, long position) throws IOException {
          largestRead = Math.max(largestRead, target.remaining());
          return super.read(target, position);
        }
      };
    }
  }

  /** Killed, and started again. */
  private LogDirectory restarted(boolean withCheckpoint) throws IOException {
    if (withCheckpoint) {
      directory.checkpoint();
    }
    disk = disk.restart();
    watched = new Watched(disk);
    return LogFixtures.directory(watched);
  }

  private long positionOf(int batch) {
    return written.subList(0, batch).stream().mapToLong(each -> each.length).sum();
  }

  /** Flips a bit of a batch's length. */
  private void flipLength(int batch, int bit) throws IOException {
    disk.flip(SEGMENT, positionOf(batch) + LENGTH_AT + 3 - bit / 8, bit % 8);
  }

  private static long damagedAt(SegmentInspection.Finding finding) {
    return assertInstanceOf(SegmentInspection.Finding.Damaged.class, finding).offset();
  }

  @Test
  void aLookReadsAMiBAtMostHoweverLargeABatchClaimsToBe() throws Exception {
    flipLength(1, 22);
    try (SegmentInspection at = log.mending().inspect(0)) {
      assertEquals(1L, damagedAt(at.look(64 * MIB)));
      assertEquals(1L, damagedAt(at.look(1)), "also where next to nothing is read ahead");
      assertInstanceOf(SegmentInspection.Finding.Sound.class, at.lookBehind(64 * MIB));
      assertEquals(MIB, watched.largestRead);
    }
  }

  @Test
  void aLargeBatchIsCheckedToItsLastByte() throws Exception {
    try (SegmentInspection at = log.mending().inspect(0)) {
      assertInstanceOf(SegmentInspection.Finding.Sound.class, at.look(64 * MIB));
    }
    disk.flip(SEGMENT, positionOf(LARGE_AT + 1) - 1, 0);
    try (SegmentInspection at = log.mending().inspect(0)) {
      assertEquals(LARGE_AT, damagedAt(at.look(64 * MIB)));
      assertEquals("", log.mending().put(at, ByteBuffer.wrap(written.get(LARGE_AT))));
      assertInstanceOf(SegmentInspection.Finding.Sound.class, at.look(64 * MIB));
    }
    assertEquals(MIB, watched.largestRead);
  }

  @Test
  void anOpeningReadsAMiBAtMostWhereHeadersLeadAstray() throws Exception {
    LogDirectory again = restarted(true);
    flipLength(1, 22);

    namedAtOpening(again, 1);
  }

  @Test
  void anOpeningReadsAMiBAtMostWhereEverythingIsChecked() throws Exception {
    LogDirectory again = restarted(false);
    flipLength(1, 22);

    namedAtOpening(again, 1);
  }

  /** It would be good if it ended with the file, so nothing is torn. */
  @Test
  void anOpeningReadsAMiBAtMostOfWhatMayBeTorn() throws Exception {
    LogDirectory again = restarted(false);
    flipLength(LAST, 24);

    namedAtOpening(again, LAST);
  }

  private void namedAtOpening(LogDirectory again, long offset) throws IOException {
    CorruptLog damage = assertThrows(CorruptLog.class, () -> again.openLog(NAME, SETTINGS, 1));
    assertEquals(offset, damage.offset().orElseThrow());
    assertEquals(MIB, watched.largestRead);
  }

  /** Of a batch whose bounds are not known, as those of the last ones are to whoever reads on. */
  private static LogSlice searched(PartitionLog opened, long from) throws OffsetOutOfRange {
    return opened.locate(new TimeSearch(0, from, opened.logEnd()), MIB);
  }

  /** Whoever reads it would ask for as much memory as it claims, and a broker without it ends. */
  @Test
  void aReaderOfABatchThatClaimsMoreThanAMiBIsToldOfItsDamageAndNothingIsReadAtOnce()
      throws Exception {
    LogDirectory again = restarted(true);
    PartitionLog opened = again.openLog(NAME, SETTINGS, 1).log();
    flipLength(1, 22);

    try (LogSlice slice = searched(opened, 1)) {
      CorruptLog damage = assertThrows(CorruptLog.class, slice::trim);
      assertEquals(1L, damage.offset().orElseThrow());
    }
    assertEquals(MIB, watched.largestRead);
  }

  @Test
  void aBatchThatIsLargeIsReadWhole() throws Exception {
    PartitionLog opened = restarted(true).openLog(NAME, SETTINGS, 1).log();

    try (LogSlice slice = searched(opened, LARGE_AT)) {
      slice.trim();
      ByteBuffer bytes = ByteBuffer.allocate(slice.sizeInBytes());
      assertEquals(bytes.capacity(), slice.read(0, bytes));
      assertArrayEquals(written.get(LARGE_AT), bytes.array());
    }
  }

  @Test
  void onlyTheBatchThatIsAskedForIsReadAtOnce() throws Exception {
    LogDirectory again = restarted(true);
    flipLength(LARGE_AT + 1, 22);

    Optional<ByteBuffer> behind = again.batchOfClosed(NAME, LARGE_AT + 2);
    assertEquals(Optional.empty(), behind);
    assertEquals(Optional.empty(), again.batchOfClosed(NAME, LARGE_AT + 1));
    assertEquals(MIB, watched.largestRead);
    assertArrayEquals(
        written.get(LARGE_AT), LogFixtures.copy(again.batchOfClosed(NAME, LARGE_AT).orElseThrow()));
  }
}
