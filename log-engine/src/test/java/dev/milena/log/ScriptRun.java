package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.log.disk.SimDisk;
import dev.milena.records.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A script of everything that a log does, run on a disk that may fail at any call, and a model of
 * what the log has promised so far.
 *
 * <p>The script is the same for the same seed as long as nothing fails; afterwards it goes on as
 * well as it can, as a broker would. In every other round the device is full from the middle on,
 * which is no failure.
 */
final class ScriptRun {
  static final String NAME = "t-0";
  private static final int STEPS = 90;
  private static final LogSettings SETTINGS = LogFixtures.SMALL.withRetention(-1, 9_000);

  private final SplittableRandom random;
  private final TreeMap<Long, byte[]> written = new TreeMap<>();
  private final GroupFlush flush = GroupFlush.byHand();
  private SimDisk disk;
  private LogDirectory directory;
  private PartitionLog log;
  private long reported;
  private long start;
  private int epoch;
  private boolean failed;
  private String failure = "";

  ScriptRun(SimDisk disk, long seed) throws IOException {
    this.disk = disk;
    this.random = new SplittableRandom(seed);
    this.directory = LogFixtures.directory(disk);
    this.log = directory.openLog(NAME, SETTINGS, 1).log();
  }

  SimDisk disk() {
    return disk;
  }

  long reported() {
    return reported;
  }

  /** The first failure that was named; empty when there was none. */
  String failure() {
    return failure;
  }

  void run() {
    for (int step = 0; step < STEPS; step++) {
      try {
        step(step);
      } catch (IOException named) {
        failure = named.toString();
        assertTrue(named.getMessage() != null, "a failure says what failed");
      }
      if (failed) {
        return;
      }
    }
  }

  private void step(int step) throws IOException {
    boolean crowded = step / 15 % 2 == 1;
    switch (step % 15) {
      case 7 -> disk.setCapacity(crowded ? disk.usedBytes() : Long.MAX_VALUE);
      case 14 -> disk.setCapacity(Long.MAX_VALUE);
      default -> {}
    }
    switch (step % 15) {
      case 3, 8, 13 -> flush();
      case 5 -> directory.checkpoint();
      case 6 -> epoch++;
      case 9 -> truncate();
      case 10 -> retain();
      case 12 -> reopen(step % 2 == 0 || step == 57);
      default -> append();
    }
    if (log.offlineReason().isPresent()) {
      seeThatNothingIsAcknowledged();
    }
  }

  private void append() {
    ByteBuffer run = ByteBuffer.allocate(8_000);
    int batches = random.nextInt(1, 4);
    for (int i = 0; i < batches; i++) {
      run.put(LogFixtures.batch(random, random.nextInt(1, 6), random.nextInt(1, 150), 1_000));
    }
    byte[] bytes = LogFixtures.copy(run.flip());
    long end = log.logEnd();
    // Patched in place; whatever the outcome of the append, this is what may be found later.
    written.put(end, bytes);
    switch (log.append(ByteBuffer.wrap(bytes), epoch, 1_000)) {
      case AppendOutcome.Appended appended -> {
        assertEquals(end, appended.baseOffset());
        assertEquals(appended.endOffset(), log.logEnd());
      }
      case AppendOutcome.NoSpace full -> {
        assertEquals(end, log.logEnd());
        written.remove(end);
      }
      case AppendOutcome.Rejected rejected -> throw new AssertionError(rejected.detail());
      case AppendOutcome.Known known -> throw new AssertionError(known);
      case AppendOutcome.OutOfSequence misfit -> throw new AssertionError(misfit);
      case AppendOutcome.Offline offline -> failure = offline.reason();
    }
  }

  private void flush() {
    flush.request(
        log,
        result -> {
          if (log.apply(result)) {
            reported = log.flushedEnd();
          }
        });
    assertTrue(flush.runRound());
  }

  private void truncate() throws IOException {
    long offset = Math.max(log.logStart(), log.logEnd() - random.nextInt(40));
    reported = Math.min(reported, frontOfBatchWith(offset));
    try {
      log.truncateTo(offset);
    } catch (NoSpaceException full) {
      // As a follower would: what it must cut has to be gone before it goes on.
      log.truncateTo(offset);
    }
    assertTrue(log.logEnd() <= offset);
    reported = Math.min(reported, log.logEnd());
    written.tailMap(log.logEnd(), true).clear();
    cutLast(log.logEnd());
  }

  private long frontOfBatchWith(long offset) {
    Map.Entry<Long, byte[]> entry = written.floorEntry(offset);
    if (entry == null) {
      return offset;
    }
    ByteBuffer run = ByteBuffer.wrap(entry.getValue());
    int at = 0;
    while (at < run.limit() && BatchHeader.endOffset(run, at) <= offset) {
      at += BatchHeader.sizeInBytes(run, at);
    }
    return at < run.limit() ? BatchHeader.baseOffset(run, at) : offset;
  }

  /** A run of batches may be cut in its middle. */
  private void cutLast(long end) {
    Map.Entry<Long, byte[]> last = written.lastEntry();
    if (last == null) {
      return;
    }
    ByteBuffer run = ByteBuffer.wrap(last.getValue());
    int at = 0;
    while (at < run.limit() && BatchHeader.endOffset(run, at) <= end) {
      at += BatchHeader.sizeInBytes(run, at);
    }
    byte[] kept = new byte[at];
    run.get(0, kept);
    written.put(last.getKey(), kept);
  }

  private void retain() throws IOException {
    log.retain(1_000, log.flushedEnd());
    start = log.logStart();
    directory.reap();
  }

  private void reopen(boolean cleanly) throws IOException {
    if (cleanly) {
      // From here on the log may be gone from memory, so it must be opened whatever happens.
      try {
        log.close();
        directory.close();
      } finally {
        again();
      }
    } else {
      again();
    }
  }

  private void again() throws IOException {
    disk = disk.restart();
    failed = true;
    directory = LogFixtures.directory(disk);
    log = directory.openLog(NAME, SETTINGS, 1_000).log();
    failed = false;
    assertTrue(log.flushedEnd() >= reported, "reopened below what was flushed");
    reported = log.flushedEnd();
    assertEquals(log.logEnd(), log.flushedEnd());
  }

  private void seeThatNothingIsAcknowledged() {
    failed = true;
    long before = log.flushedEnd();
    flush.request(log, result -> assertFalse(log.apply(result)));
    assertTrue(flush.runRound());
    assertEquals(before, log.flushedEnd());
    assertTrue(log.append(LogFixtures.batch(1), epoch + 1, 1_000) instanceof AppendOutcome.Offline);
  }

  /** Opens what is left on a disk and compares it with what was promised. */
  void verify(SimDisk left) throws Exception {
    left.heal();
    LogDirectory after = LogFixtures.directory(left);
    PartitionLog found = after.openLog(NAME, SETTINGS, 1_000).log();
    assertTrue(found.logEnd() >= reported, found.logEnd() + " is below " + reported);
    assertEquals(found.logEnd(), found.flushedEnd());
    assertTrue(found.logStart() <= Math.max(start, reported), "start " + found.logStart());
    compare(found);
    for (int i = 0; i < 3; i++) {
      long end = found.logEnd();
      ByteBuffer more = LogFixtures.batch(random, 2, 700, 1_000);
      assertTrue(found.append(more, epoch + 2, 1_000) instanceof AppendOutcome.Appended);
      written.tailMap(end, true).clear();
      cutLast(end);
      written.put(end, LogFixtures.copy(more));
    }
    compare(found);
    found.close();
    after.close();
    LogDirectory clean = LogFixtures.directory(left.restart());
    assertTrue(clean.wasClosedCleanly());
    OpenedLog last = clean.openLog(NAME, SETTINGS, 1_000);
    assertFalse(LogFixtures.foundWork(last.report()), last.report().toString());
    compare(last.log());
  }

  private void compare(PartitionLog found) throws Exception {
    ByteBuffer expected = ByteBuffer.allocate(1 << 20);
    written.values().forEach(expected::put);
    ByteBuffer actual = ByteBuffer.allocate(1 << 20);
    for (byte[] slice : LogFixtures.read(found, found.logStart(), 2_000, Long.MAX_VALUE)) {
      actual.put(slice);
    }
    actual.flip();
    int from = positionOf(expected.flip(), found.logStart());
    assertEquals(expected.slice(from, actual.limit()), actual, "bytes from " + found.logStart());
    assertEquals(positionOf(expected, found.logEnd()), from + actual.limit());
  }

  private static int positionOf(ByteBuffer run, long offset) {
    int at = 0;
    while (at < run.limit() && BatchHeader.baseOffset(run, at) < offset) {
      at += BatchHeader.sizeInBytes(run, at);
    }
    return at;
  }
}
