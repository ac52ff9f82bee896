package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A node on a device that is full to the last byte: retention by size, and by time of an only
 * segment, the deletion of a topic, appends in the room they make, and an orderly stop, with
 * housekeeping as the broker has it. One call of the disk may fail on the way. What was promised is
 * kept in a model.
 */
final class FullDeviceRun {
  private static final LogSettings SETTINGS = LogFixtures.SMALL.withRetention(-1, 9_000);
  private static final int ROUNDS = 4;

  private final SimDisk disk;
  private final SplittableRandom random;
  private final LogDirectory directory;
  private final PartitionLog keeps;
  private final PartitionLog goes;
  private final PartitionLog ages;
  private final TreeMap<Long, byte[]> written = new TreeMap<>();
  private final long going;
  private long start;
  private long reaped;
  private long aged;
  private boolean deleted;

  /** Fills the device: two logs of several segments, flushed, and a checkpoint that knows them. */
  FullDeviceRun(SimDisk disk, long seed) throws IOException {
    this.disk = disk;
    this.random = new SplittableRandom(seed);
    this.directory = LogFixtures.directory(disk);
    directory.beginIncarnation(new UUID(0, 1));
    this.keeps = directory.openLog("keeps-0", SETTINGS, 1).log();
    this.goes = directory.openLog("goes-0", SETTINGS, 1).log();
    this.ages = directory.openLog("ages-0", LogFixtures.SMALL.withRetention(1_000, -1), 1).log();
    ages.append(LogFixtures.batch(4), 5, 1);
    ages.append(LogFixtures.batch(5), 7, 1);
    flush(ages);
    while (keeps.segmentCount() < 6) {
      assertTrue(append());
      goes.append(LogFixtures.batch(9), 0, 1);
    }
    flush(keeps);
    flush(goes);
    going = goes.logEnd();
    directory.checkpoint();
    disk.setCapacity(disk.usedBytes());
  }

  /**
   * Everything up to and with the stop.
   *
   * @param comesBack whether the fault says no more than that the device is full, so that appends
   *     must work again whenever something may be deleted, unless it struck the sync of records
   */
  void run(boolean comesBack) throws IOException {
    makeRoom();
    fillUp(comesBack, "after retention");
    deleteTopic();
    makeRoom();
    fillUp(comesBack, "after a deletion");
    makeRoom();
    fillUp(comesBack, "when retention came again");
    assertEquals(comesBack && hasLost("ages-0"), comesBack && isOffline(ages));
    if (!isOffline(keeps)) {
      flush(keeps);
      keeps.close();
      ages.close();
      directory.close();
    }
  }

  /** A sync of records that fails is final, whatever the reason: nobody knows what is gone. */
  private boolean hasLost(String name) {
    String struck = disk.struckCall();
    return struck.startsWith("sync ") && struck.contains(name) && struck.endsWith(SegmentName.LOG);
  }

  private static boolean isOffline(PartitionLog log) {
    return log.offlineReason().isPresent();
  }

  private void makeRoom() {
    for (int round = 0; round < ROUNDS; round++) {
      keeps.retain(1, keeps.flushedEnd());
      ages.retain(10_000, ages.flushedEnd());
      start = keeps.logStart();
      try {
        directory.reap();
        reaped = start;
        aged = ages.logStart();
      } catch (IOException triedAgain) {
        assertTrue(triedAgain.getMessage() != null, "a failure says what failed");
      }
    }
  }

  /** Appends until the device refuses twice in a row. */
  private void fillUp(boolean comesBack, String when) {
    long taken = 0;
    int refused = 0;
    while (refused < 2) {
      if (append()) {
        flush(keeps);
        taken++;
        refused = 0;
      } else {
        refused++;
      }
    }
    if (comesBack) {
      assertEquals(hasLost("keeps-0"), isOffline(keeps), when + ": " + keeps.offlineReason());
      assertTrue(taken > 0 || isOffline(keeps), "no append " + when);
    }
  }

  private void deleteTopic() throws IOException {
    try {
      directory.deleteLog(goes);
    } catch (IOException triedAgain) {
      assertTrue(triedAgain.getMessage() != null, "a failure says what failed");
      directory.deleteLog(goes.name());
    }
    deleted = true;
  }

  private boolean append() {
    ByteBuffer batch = LogFixtures.batch(random, random.nextInt(1, 6), random.nextInt(1, 150), 1);
    byte[] bytes = LogFixtures.copy(batch);
    long end = keeps.logEnd();
    written.put(end, bytes);
    boolean taken = keeps.append(ByteBuffer.wrap(bytes), 0, 1) instanceof AppendOutcome.Appended;
    if (!taken) {
      assertEquals(end, keeps.logEnd());
      // After a failed write some of it may be found; it was never acknowledged.
      written.compute(end, (offset, patched) -> isOffline(keeps) ? patched : null);
    }
    return taken;
  }

  private static void flush(PartitionLog log) {
    GroupFlush flush = GroupFlush.byHand();
    flush.request(log, log::apply);
    assertTrue(flush.runRound());
  }

  /** What is left on a disk is compared with what was promised. */
  void verify(SimDisk left) throws Exception {
    left.heal();
    LogDirectory after = LogFixtures.directory(left);
    PartitionLog found = after.openLog("keeps-0", SETTINGS, 1).log();
    assertTrue(found.logEnd() >= keeps.flushedEnd(), found.logEnd() + " is too short");
    assertTrue(found.logStart() <= start, "lost from " + start + " to " + found.logStart());
    assertTrue(found.logStart() >= reaped, "what was deleted is back from " + found.logStart());
    compare(found);
    PartitionLog old = after.openLog("ages-0", SETTINGS, 1).log();
    assertEquals(9, old.logEnd());
    assertTrue(old.logStart() >= aged, "what was deleted is back");
    assertEquals(7, old.epochs().lastEpoch(), "its last epoch");
    if (deleted) {
      assertFalse(after.logs().contains("goes-0"), "a deleted topic is back");
    } else if (after.logs().contains("goes-0")) {
      assertEquals(going, after.openLog("goes-0", SETTINGS, 1).log().logEnd(), "it stays whole");
    }
    after.reap();
    assertInstanceOf(AppendOutcome.Appended.class, found.append(LogFixtures.batch(9), 5, 1));
  }

  /** Every batch from the log's start to its end is one that was written there, byte for byte. */
  private void compare(PartitionLog found) throws Exception {
    long next = found.logStart();
    for (byte[] slice : LogFixtures.read(found, found.logStart(), 2_000, Long.MAX_VALUE)) {
      ByteBuffer batches = ByteBuffer.wrap(slice);
      while (batches.hasRemaining()) {
        assertTrue(written.containsKey(next), "nothing was written at " + next);
        byte[] expected = written.getOrDefault(next, new byte[0]);
        byte[] actual = new byte[Math.min(expected.length, batches.remaining())];
        batches.get(actual);
        assertArrayEquals(expected, actual, "the batch at " + next);
        next = BatchHeader.endOffset(ByteBuffer.wrap(expected), 0);
      }
    }
    assertEquals(found.logEnd(), next, "not everything can be read");
  }
}
