package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a disk has changed of a log is found, and put back with the bytes of another replica. */
class MendingTest {
  private static final long SEED = Long.getLong("milena.seed", System.nanoTime());
  private static final int FLIPS = Integer.getInteger("milena.flips", 300);
  private static final int BATCHES = 30;
  private static final int EPOCH_AT = 12;
  private static final int MAGIC_AT = 16;
  private static final String NAME = "t-0";
  private static final Path FOLDER = LogFixtures.ROOT.resolve(NAME);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private SimDisk disk = new SimDisk(SEED);
  private LogDirectory directory = LogFixtures.directory(disk);
  private PartitionLog log = directory.openLog(NAME, LogFixtures.SMALL, 1).log();
  private final List<byte[]> written = new ArrayList<>();

  MendingTest() throws IOException {
    GroupFlush flush = GroupFlush.byHand();
    for (int i = 0; i < BATCHES; i++) {
      ByteBuffer batch = LogFixtures.batch(random, 3, random.nextInt(30, 200), 1_000);
      log.append(batch, i / 12, 1_000);
      written.add(LogFixtures.copy(batch));
      flush.request(log, log::apply);
      assertTrue(flush.runRound());
    }
  }

  private static String seeds() {
    return "repeat with -Dmilena.seed=" + SEED;
  }

  /** As another replica has it. */
  private ByteBuffer good(long offset) {
    return ByteBuffer.wrap(written.get((int) offset / 3));
  }

  private List<byte[]> stored() throws Exception {
    return LogFixtures.read(log, 0, 1, Long.MAX_VALUE);
  }

  /** Looks a whole log over, mending; answers which offsets were damaged. */
  private List<Long> mendAll(PartitionLog of) throws Exception {
    List<Long> damaged = new ArrayList<>();
    for (long next = 0; next < of.flushedEnd(); ) {
      try (SegmentInspection at = of.mending().inspect(next)) {
        mend(of, at, damaged);
        next = at.endOffset();
      }
    }
    return damaged;
  }

  private void mend(PartitionLog of, SegmentInspection at, List<Long> damaged) throws Exception {
    SegmentInspection.Finding finding = at.look(random.nextInt(1, 3_000));
    while (!(finding instanceof SegmentInspection.Finding.Sound)) {
      if (finding instanceof SegmentInspection.Finding.Damaged(long offset, String _)) {
        damaged.add(offset);
        assertEquals("", of.mending().put(at, good(offset)), MendingTest::seeds);
      }
      finding = at.look(random.nextInt(1, 3_000));
    }
  }

  @Test
  void aWholeLogIsSound() throws Exception {
    assertEquals(List.of(), mendAll(log));
  }

  @Test
  void whateverBitFlipsIsFoundAndPutBackAndStaysSo() throws Exception {
    List<byte[]> before = stored();
    for (int i = 0; i < FLIPS; i++) {
      flipIn(anySegment());

      assertEquals(1, mendAll(log).size(), MendingTest::seeds);
    }
    List<byte[]> after = stored();
    for (int i = 0; i < before.size(); i++) {
      assertArrayEquals(before.get(i), after.get(i), MendingTest::seeds);
    }
    PartitionLog anew =
        LogFixtures.directory(disk.crash()).openLog(NAME, LogFixtures.SMALL, 1).log();
    assertEquals(List.of(), mendAll(anew), "it is on the device");
  }

  /** Killed, and changed: a header that leads a start on is not taken for what it is not. */
  @Test
  void whatAStartFindsDamagedIsPutBackUntilTheLogOpensAsItWas() throws Exception {
    List<byte[]> before = stored();
    int mendedToOpen = 0;
    for (int i = 0; i < FLIPS / 10; i++) {
      boolean vouchedFor = random.nextBoolean();
      directory.checkpoint();
      disk = disk.restart();
      if (vouchedFor) {
        int one = random.nextInt(BATCHES);
        int other = random.nextInt(BATCHES);
        flipInBatch(one, 0);
        // a header with two changes tells no epoch any more
        flipInBatch(other, one == other ? MAGIC_AT + 1 : 0);
      } else {
        // all of the last segment is read; one that was changed twice may look torn at its end
        disk.delete(LogFixtures.ROOT.resolve(Checkpoint.NAME));
        flipInBatch(BATCHES - 1 - random.nextInt(2), 0);
      }
      if (random.nextBoolean()) {
        // its segment is walked over, by headers
        disk.delete(SegmentName.index(FOLDER, segmentBase()));
      }
      directory = LogFixtures.directory(disk);
      mendedToOpen += openMending();
      mendAll(log);

      List<byte[]> now = stored();
      assertEquals(before.size(), now.size(), MendingTest::seeds);
      for (int b = 0; b < before.size(); b++) {
        assertArrayEquals(before.get(b), now.get(b), MendingTest::seeds);
      }
    }
    assertTrue(mendedToOpen > 0, MendingTest::seeds);
  }

  private long segmentBase() throws IOException {
    return SegmentName.baseOffset(anySegment()).orElseThrow();
  }

  /** Answers how many batches had to be put back for it. */
  private int openMending() throws IOException {
    for (int tries = 0; tries < 10; tries++) {
      try {
        log = directory.openLog(NAME, LogFixtures.SMALL, 1).log();
        return tries;
      } catch (CorruptLog damage) {
        String misfit = directory.mend(NAME, damage, good(damage.offset().orElseThrow()));
        assertEquals("", misfit, MendingTest::seeds);
      }
    }
    throw new AssertionError("does not open; " + seeds());
  }

  private void flipIn(String segment) throws IOException {
    Path file = FOLDER.resolve(segment);
    disk.flip(file, random.nextLong(disk.sizeInBytes(file)), random.nextInt(8));
  }

  /** But for its epoch: which of two batches has the wrong one, no CRC tells. */
  private void flipInBatch(int batch, int from) throws IOException {
    long base = 0;
    for (String segment : segments()) {
      long begins = SegmentName.baseOffset(segment).orElseThrow();
      base = begins <= 3L * batch ? begins : base;
    }
    long position = 0;
    for (int i = (int) base / 3; i < batch; i++) {
      position += written.get(i).length;
    }
    int at = random.nextInt(from, written.get(batch).length);
    int flipped = at >= EPOCH_AT && at < MAGIC_AT ? 0 : at;
    disk.flip(SegmentName.log(FOLDER, base), position + flipped, random.nextInt(8));
  }

  private String anySegment() throws IOException {
    return segments().get(random.nextInt(segments().size()));
  }

  private List<String> segments() throws IOException {
    return disk.list(FOLDER).stream()
        .filter(name -> name.endsWith(SegmentName.LOG))
        .filter(name -> size(name) > 0)
        .toList();
  }

  private long size(String name) {
    try {
      return disk.sizeInBytes(FOLDER.resolve(name));
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  @Test
  void whatDoesNotBelongThereIsNotPutThere() throws Exception {
    Path first = FOLDER.resolve("00000000000000000000.log");
    int secondBatch = written.getFirst().length;
    disk.flip(first, secondBatch + 70, 3);
    try (SegmentInspection at = log.mending().inspect(0)) {
      assertEquals(
          3L, assertInstanceOf(SegmentInspection.Finding.Damaged.class, at.look(1 << 20)).offset());

      assertEquals(
          "it holds offsets 0 to 3, and 3 is lacking", log.mending().put(at, good(0).duplicate()));
      ByteBuffer two = ByteBuffer.allocate(2_000).put(good(3)).put(good(6)).flip();
      assertEquals("it is not one batch", log.mending().put(at, two));
      byte[] flipped = written.get(1).clone();
      flipped[flipped.length - 1] ^= 1;
      assertNotEquals("", log.mending().put(at, ByteBuffer.wrap(flipped)));
      byte[] ofAnotherEpoch = written.get(1).clone();
      ofAnotherEpoch[15] = 9;
      assertEquals(
          "it is of leader epoch 9, not 0", log.mending().put(at, ByteBuffer.wrap(ofAnotherEpoch)));
      assertEquals("", log.mending().put(at, good(3)));
    }
  }

  @Test
  void behindADamagedBatchTheRestIsLookedAtWhereItsHeaderLeadsOn() throws Exception {
    Path first = FOLDER.resolve("00000000000000000000.log");
    int third = written.get(0).length + written.get(1).length;
    disk.flip(first, written.getFirst().length + 5, 3);
    disk.flip(first, third + 70, 3);
    try (SegmentInspection at = log.mending().inspect(0)) {
      assertEquals(3L, damagedAt(at.look(1 << 20)));
      assertEquals(6L, damagedAt(at.lookBehind(1 << 20)));
      assertEquals(6L, damagedAt(at.look(1 << 20)), "it stays where it is until it is passed");
      assertInstanceOf(SegmentInspection.Finding.Sound.class, at.lookBehind(1 << 20));
    }
    // a length that leads nowhere
    disk.flip(first, written.getFirst().length + 10, 3);
    try (SegmentInspection at = log.mending().inspect(0)) {
      assertEquals(3L, damagedAt(at.look(1 << 20)));
      assertInstanceOf(SegmentInspection.Finding.Sound.class, at.lookBehind(1 << 20));
    }
  }

  /** Its file is opened anew, its headers are read, or what lies behind is looked at. */
  @Test
  void whatCannotBeReadForAMomentBehindADamagedBatchIsLookedAtLater() throws Exception {
    directory.checkpoint();
    disk = disk.restart();
    EmfileDisk emfile = new EmfileDisk(disk);
    log = LogFixtures.directory(emfile).openLog(NAME, LogFixtures.SMALL, 1).log();
    Path first = FOLDER.resolve("00000000000000000000.log");
    disk.flip(first, written.getFirst().length + 5, 3);
    disk.flip(first, written.get(0).length + written.get(1).length + 70, 3);
    for (int read = 1; read <= 3; read++) {
      try (SegmentInspection at = log.mending().inspect(0)) {
        assertEquals(3L, damagedAt(at.look(1 << 20)));
        emfile.failRead(read);
        assertThrows(FileSystemException.class, () -> at.lookBehind(1 << 20), "read " + read);

        assertEquals(6L, damagedAt(at.lookBehind(1 << 20)), "read " + read);
      }
    }
  }

  private static long damagedAt(SegmentInspection.Finding finding) {
    return assertInstanceOf(SegmentInspection.Finding.Damaged.class, finding).offset();
  }

  @Test
  void aBatchInFrontOfADamagedHeaderIsServed() throws Exception {
    disk.flip(FOLDER.resolve("00000000000000000000.log"), written.getFirst().length + 8, 1);

    List<byte[]> served = LogFixtures.read(log, 0, 1 << 20, 3);

    assertEquals(1, served.size(), MendingTest::seeds);
    assertArrayEquals(written.getFirst(), served.getFirst());
  }

  @Test
  void aLogThatIsCutMeanwhileIsNotWrittenTo() throws Exception {
    long last = log.logEnd() - 3;
    try (SegmentInspection at = log.mending().inspect(last)) {
      log.truncateTo(last);

      assertInstanceOf(SegmentInspection.Finding.Cut.class, at.look(1 << 20));
      assertEquals("the log was cut meanwhile", log.mending().put(at, good(last)));
    }
    assertEquals(last, log.logEnd());
  }

  @Test
  void whatIsNotFlushedYetIsNotLookedAt() throws Exception {
    long flushed = log.flushedEnd();
    log.append(LogFixtures.batch(3), 2, 1_000);

    assertThrows(OffsetOutOfRange.class, () -> log.mending().inspect(flushed));
    try (SegmentInspection at = log.mending().inspect(flushed - 1)) {
      assertEquals(flushed, at.endOffset());
    }
  }

  @Test
  void aLookReadsLittleMoreThanItIsAskedTo() throws Exception {
    int largest = written.stream().mapToInt(batch -> batch.length).max().orElseThrow();
    try (SegmentInspection at = log.mending().inspect(0)) {
      SegmentInspection.Finding finding = new SegmentInspection.Finding.More();
      while (finding instanceof SegmentInspection.Finding.More) {
        int bytes = random.nextInt(1, 3_000);
        long before = at.bytesRead();

        finding = at.look(bytes);

        long read = at.bytesRead() - before;
        assertTrue(
            read <= 2L * bytes + 2L * largest, () -> read + " for " + bytes + "; " + seeds());
      }
    }
  }
}
