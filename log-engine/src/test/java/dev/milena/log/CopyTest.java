package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import dev.milena.records.BatchHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a follower takes from its leader: the leader's bytes, and nothing that does not fit. */
class CopyTest {
  private static final int EPOCHS = 3;

  private final SimDisk leadersDisk = new SimDisk(1);
  private final SimDisk disk = new SimDisk(2);

  private static PartitionLog open(SimDisk disk) throws Exception {
    return LogFixtures.directory(disk).openLog("t-0", LogFixtures.SMALL, 1_000).log();
  }

  /** Three epochs over several segments. */
  private PartitionLog leader() throws Exception {
    PartitionLog leader = open(leadersDisk);
    for (int i = 0; i < 90; i++) {
      assertInstanceOf(
          AppendOutcome.Appended.class, leader.append(LogFixtures.batch(5), 2 + i / 30, 5_000));
    }
    assertTrue(leader.segmentCount() > 3, leader.segmentCount() + " segments");
    return leader;
  }

  private static byte[] all(PartitionLog log, long from) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] some : LogFixtures.read(log, from, 2_000, Long.MAX_VALUE)) {
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  private static void copyAll(PartitionLog leader, PartitionLog follower) throws Exception {
    for (byte[] some : LogFixtures.read(leader, follower.logEnd(), 1_500, Long.MAX_VALUE)) {
      assertInstanceOf(
          AppendOutcome.Appended.class,
          follower.copy(ByteBuffer.wrap(some), leader.epochs().lastEpoch(), 9_000));
    }
  }

  private static void assertSameEpochs(PartitionLog one, PartitionLog other) {
    assertEquals(EPOCHS, one.epochs().size());
    assertEquals(one.epochs().size(), other.epochs().size());
    for (int i = 0; i < one.epochs().size(); i++) {
      assertEquals(one.epochs().epochAt(i), other.epochs().epochAt(i));
      assertEquals(one.epochs().startAt(i), other.epochs().startAt(i));
    }
  }

  @Test
  void aCopyIsTheLeadersLogByteForByteAndIsAfterARestart() throws Exception {
    PartitionLog leader = leader();
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog follower = directory.openLog("t-0", LogFixtures.SMALL, 1_000).log();

    copyAll(leader, follower);

    assertEquals(leader.logEnd(), follower.logEnd());
    assertArrayEquals(all(leader, 0), all(follower, 0));
    assertSameEpochs(leader, follower);
    follower.close();
    directory.close();
    PartitionLog reopened = open(disk);
    assertArrayEquals(all(leader, 0), all(reopened, 0));
    assertSameEpochs(leader, reopened);
  }

  @Test
  void whatDoesNotContinueTheLogIsRefusedAndChangesNothing() throws Exception {
    PartitionLog leader = leader();
    PartitionLog follower = open(disk);
    copyAll(leader, follower);
    long end = follower.logEnd();

    unfit(follower, next(end + 5, 4), 4, "it begins at offset 455 where 450 belongs");
    unfit(follower, next(end - 5, 4), 4, "it begins at offset 445 where 450 belongs");
    unfit(follower, next(end, 3), 4, "leader epoch 3 where 4 to 4 belong");
    unfit(follower, next(end, 6), 5, "leader epoch 6 where 4 to 5 belong");
    unfit(follower, ByteBuffer.allocate(0), 4, "there is no batch");
    ByteBuffer flipped = next(end, 4);
    flipped.put(flipped.limit() - 1, (byte) (flipped.get(flipped.limit() - 1) ^ 1));
    unfit(follower, flipped, 4, "CRC32C");
    ByteBuffer torn = next(end, 4);
    unfit(follower, torn.limit(torn.limit() - 1), 4, "end before the batch does");

    assertEquals(end, follower.logEnd());
    assertArrayEquals(all(leader, 0), all(follower, 0));
    assertInstanceOf(AppendOutcome.Appended.class, follower.copy(next(end, 4), 4, 9_000));
  }

  @Test
  void aLeaderOlderThanTheLogTakesItOffline() throws Exception {
    PartitionLog leader = leader();
    PartitionLog follower = open(disk);
    copyAll(leader, follower);

    assertInstanceOf(
        AppendOutcome.Offline.class, follower.copy(next(follower.logEnd(), 3), 3, 9_000));
    assertTrue(follower.offlineReason().isPresent());
  }

  @Test
  void itStartsWhereItsLeaderStartsAndStillDoesAfterACrash() throws Exception {
    PartitionLog leader = leader();
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog follower = directory.openLog("t-0", LogFixtures.SMALL, 1_000).log();
    copyAll(leader, follower);
    int segments = follower.segmentCount();

    int gone = follower.forgetBefore(203);

    assertTrue(gone > 0 && gone < segments, gone + " of " + segments);
    assertEquals(203, follower.logStart());
    assertEquals(0, follower.forgetBefore(100), "never back");
    assertEquals(203, follower.logStart());
    assertEquals(3, follower.epochs().epochAt(0));
    assertEquals(150, follower.epochs().startAt(0));
    assertThrows(OffsetOutOfRange.class, () -> follower.locate(202, 100, 450));
    assertThrows(IllegalArgumentException.class, () -> follower.forgetBefore(451));
    directory.checkpoint();
    PartitionLog reopened = open(disk.crash());
    assertEquals(203, reopened.logStart());

    reopened.forgetBefore(reopened.logEnd());
    assertEquals(reopened.logEnd(), reopened.logStart());
  }

  private PartitionLog cutWhereItStarts() throws Exception {
    LogDirectory directory = LogFixtures.directory(disk);
    PartitionLog follower = directory.openLog("t-0", LogFixtures.withSegmentMs(1_000), 1_000).log();
    append(follower, 2, 5_000);
    long cut = follower.logEnd();
    append(follower, 4, 7_000);
    append(follower, 4, 9_000);
    assertEquals(3, follower.segmentCount(), "the epochs' file knows where the newer one begins");
    follower.truncateTo(cut);
    follower.forgetBefore(cut);
    directory.checkpoint();
    return follower;
  }

  @Test
  void anEpochThatWasCutWhereTheLogStartsIsNotFoundAgain() throws Exception {
    long cut = cutWhereItStarts().logEnd();

    PartitionLog follower = open(disk.restart());

    assertEquals(cut, follower.logStart());
    assertEquals(cut, follower.logEnd());
    assertEquals(2, follower.epochs().lastEpoch(), "of the last record that was forgotten");
    assertInstanceOf(AppendOutcome.Appended.class, follower.copy(next(cut, 3), 5, 9_000));
    assertEquals(3, follower.epochs().lastEpoch());
  }

  @Test
  void anOlderEpochIsCopiedToWhereANewerOneWasCut() throws Exception {
    PartitionLog follower = cutWhereItStarts();
    long cut = follower.logEnd();
    assertInstanceOf(AppendOutcome.Appended.class, follower.copy(next(cut, 3), 5, 9_000));

    PartitionLog reopened = open(disk.restart());

    assertEquals(cut + 3, reopened.logEnd());
    assertEquals(3, reopened.epochs().lastEpoch());
    assertEquals(new EpochEnd(2, cut), reopened.epochs().endOffsetFor(2, reopened.logEnd()));
  }

  private static void append(PartitionLog log, int epoch, long nowMs) {
    assertInstanceOf(AppendOutcome.Appended.class, log.append(LogFixtures.batch(5), epoch, nowMs));
  }

  private static void unfit(PartitionLog log, ByteBuffer batches, int leaderEpoch, String why) {
    int position = batches.position();
    var outcome = assertInstanceOf(CopyOutcome.Unfit.class, log.copy(batches, leaderEpoch, 9_000));
    assertTrue(outcome.detail().contains(why), outcome.detail());
    assertEquals(position, batches.position());
  }

  /** A batch of three as a leader would have it. */
  private static ByteBuffer next(long baseOffset, int epoch) {
    ByteBuffer batch = LogFixtures.batch(new SplittableRandom(baseOffset), 3, 20, 1_000);
    BatchHeader.patch(batch, batch.position(), baseOffset, epoch);
    return batch;
  }
}
