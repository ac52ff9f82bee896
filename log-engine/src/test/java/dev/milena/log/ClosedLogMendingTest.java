package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is put into a log that cannot be opened for want of it, and what is not. */
class ClosedLogMendingTest {
  private static final String NAME = "t-0";
  private static final Path SEGMENT =
      LogFixtures.ROOT.resolve(NAME).resolve("00000000000000000000.log");
  private static final int BATCHES = 6;
  private static final int RECORDS = 3;
  private static final int FIRST_OF_ITS_EPOCH = 3;
  private static final int EPOCH_END = 15;
  private static final int OFFSET_END = 7;
  private static final int LENGTH_END = 11;
  private static final int MAGIC = 16;
  private static final int LAST_OFFSET_DELTA_END = 26;
  private static final int PAYLOAD = 70;

  private final SimDisk disk;
  private final LogDirectory directory;
  private final List<byte[]> written = new ArrayList<>();

  ClosedLogMendingTest() throws IOException {
    SimDisk first = new SimDisk(1);
    GroupFlush flush = GroupFlush.byHand();
    LogDirectory before = LogFixtures.directory(first);
    PartitionLog log = before.openLog(NAME, LogFixtures.SMALL, 1).log();
    for (int i = 0; i < BATCHES; i++) {
      ByteBuffer batch = LogFixtures.batch(new SplittableRandom(i), RECORDS, 40, 1_000);
      log.append(batch, i / FIRST_OF_ITS_EPOCH, 1_000);
      written.add(LogFixtures.copy(batch));
    }
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
    before.checkpoint();
    disk = first.restart();
    directory = LogFixtures.directory(disk);
  }

  private void flip(int batch, int byteOfBatch, int bit) throws IOException {
    disk.flip(SEGMENT, (long) batch * written.getFirst().length + byteOfBatch, bit);
  }

  private CorruptLog damage() {
    return assertThrows(CorruptLog.class, () -> directory.openLog(NAME, LogFixtures.SMALL, 1));
  }

  private void refused(CorruptLog damage, String why, byte[]... batches) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(10_000);
    for (byte[] batch : batches) {
      all.put(batch);
    }
    String said = directory.mend(NAME, damage, all.flip());
    assertTrue(said.endsWith(why), said);
  }

  private void mended(CorruptLog damage, int batch) throws Exception {
    assertEquals("", directory.mend(NAME, damage, ByteBuffer.wrap(written.get(batch))));
    PartitionLog log = directory.openLog(NAME, LogFixtures.SMALL, 1).log();
    List<byte[]> stored = LogFixtures.read(log, 0, 1, Long.MAX_VALUE);
    for (int i = 0; i < BATCHES; i++) {
      assertArrayEquals(written.get(i), stored.get(i));
    }
  }

  private byte[] changed(int batch, int at, int value) {
    byte[] copy = written.get(batch).clone();
    copy[at] = (byte) value;
    return copy;
  }

  @Test
  void nothingIsPutThereThatDoesNotBelongThere() throws Exception {
    flip(4, MAGIC, 1);
    CorruptLog damage = damage();
    assertEquals(4 * RECORDS, damage.offset().orElseThrow());
    byte[] right = written.get(4);

    refused(damage, "it begins at offset 9", written.get(3));
    refused(damage, "it is not one batch", right, written.get(5));
    refused(damage, "CRC32C", changed(4, right.length - 1, right[right.length - 1] ^ 1));
    refused(damage, "it is of leader epoch 0", changed(4, EPOCH_END, 0));
    refused(damage, "it is of leader epoch 2", changed(4, EPOCH_END, 2));
    refused(damage, "it would lie over a batch that is whole", longer(damage));
    mended(damage, 4);
  }

  private static byte[] longer(CorruptLog damage) {
    ByteBuffer batch = LogFixtures.batch(new SplittableRandom(9), RECORDS, 50, 1_000);
    batch.putLong(0, damage.offset().orElseThrow()).putInt(EPOCH_END - 3, 1);
    return LogFixtures.copy(batch);
  }

  /** The epoch begins here, or behind it: only the damaged header itself could tell. */
  @Test
  void whereEpochsMeetTheDamagedHeaderTellsWhichBelongsThere() throws Exception {
    flip(FIRST_OF_ITS_EPOCH, MAGIC, 1);
    flip(FIRST_OF_ITS_EPOCH, LENGTH_END, 1);
    CorruptLog headless = damage();
    refused(headless, "it is of leader epoch 1", written.get(FIRST_OF_ITS_EPOCH));
    flip(FIRST_OF_ITS_EPOCH, MAGIC, 1);
    flip(FIRST_OF_ITS_EPOCH, LENGTH_END, 1);
    flip(FIRST_OF_ITS_EPOCH, LAST_OFFSET_DELTA_END, 2);
    CorruptLog damage = damage();

    refused(damage, "it is of leader epoch 0", changed(FIRST_OF_ITS_EPOCH, EPOCH_END, 0));
    mended(damage, FIRST_OF_ITS_EPOCH);
  }

  /** Also where nothing but the damaged header tells its epoch. */
  @ParameterizedTest
  @ValueSource(ints = {0, OFFSET_END, LENGTH_END, MAGIC})
  void noSingleBitThatFlipsKeepsABatchFromBeingPutBack(int at) throws Exception {
    flip(FIRST_OF_ITS_EPOCH, at, 1);

    mended(damage(), FIRST_OF_ITS_EPOCH);
  }

  @Test
  void aHeaderThatLeadsOnIsNamedAndNotTheBatchBehindIt() throws Exception {
    flip(1, LAST_OFFSET_DELTA_END, 2);
    flip(1, PAYLOAD, 2);

    CorruptLog damage = damage();

    assertEquals(RECORDS, damage.offset().orElseThrow());
    assertEquals(written.getFirst().length, damage.position());
    mended(damage, 1);
  }

  /** What lies behind a header that leads astray is whole, and must not be written over. */
  @Test
  void noBatchIsNamedWhileWhatLiesInFrontOfItCannotBeRead() throws Exception {
    flip(1, LAST_OFFSET_DELTA_END, 2);
    EmfileDisk emfile = new EmfileDisk(disk.restart());
    LogDirectory again = LogFixtures.directory(emfile);
    emfile.failOpen(2);

    var notNow =
        assertThrows(FileSystemException.class, () -> again.openLog(NAME, LogFixtures.SMALL, 1));

    assertInstanceOf(CorruptLog.class, notNow.getSuppressed()[0]);
    CorruptLog named =
        assertThrows(CorruptLog.class, () -> again.openLog(NAME, LogFixtures.SMALL, 1));
    assertEquals(RECORDS, named.offset().orElseThrow());
  }

  @Test
  void aLossIsNamedAlsoWhereNothingCanBeRead() throws Exception {
    cutInto(5);
    EmfileDisk emfile = new EmfileDisk(disk.restart());
    emfile.failOpen(1);

    requireLoss(LogFixtures.directory(emfile));
    requireLoss(LogFixtures.directory(disk.restart()));
  }

  @Test
  void aLossIsNamedAndNotABatchThatCouldBeMended() throws Exception {
    flip(1, PAYLOAD, 2);
    cutInto(5);

    requireLoss(LogFixtures.directory(disk.restart()));
  }

  private void cutInto(int batch) throws IOException {
    try (var segment = disk.open(SEGMENT)) {
      segment.truncate((long) batch * written.getFirst().length + PAYLOAD);
    }
  }

  private static void requireLoss(LogDirectory of) {
    CorruptLog loss = assertThrows(CorruptLog.class, () -> of.openLog(NAME, LogFixtures.SMALL, 1));
    assertTrue(loss.reason().startsWith("the file is shorter than the"), loss.reason());
    assertTrue(loss.offset().isEmpty(), "no batch mends it");
  }

  /** Half of it is in the file when no room is left, and may be all that was damaged. */
  @Test
  void whatAFullDeviceTookOfABatchIsSyncedOrTheLogHasFailed() throws Exception {
    flip(1, LAST_OFFSET_DELTA_END, 2);
    CorruptLog damage = damage();
    ByteBuffer right = ByteBuffer.wrap(written.get(1));
    disk.failAt(disk.calls() + 1, SimFault.SHORT_WRITE);

    assertThrows(NoSpaceException.class, () -> directory.mend(NAME, damage, right));

    assertEquals("write " + SEGMENT, disk.struckCall());
    SimDisk left = disk.synced();
    PartitionLog opened = LogFixtures.directory(left).openLog(NAME, LogFixtures.SMALL, 1).log();
    assertArrayEquals(written.get(1), LogFixtures.read(opened, 0, 1, Long.MAX_VALUE).get(1));
  }
}
