package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.SimDisk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The history against a naive twin that keeps the epoch of every single offset. */
class EpochHistoryTest {
  private static final long SEED = Long.getLong("milena.seed", 4_711);

  @Test
  void answersAsATwinThatKeepsTheEpochOfEveryOffset() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int run = 0; run < 300; run++) {
      Twins twins = new Twins();
      for (int step = 0; step < 30; step++) {
        twins.change(random);
        compare(
            twins.history,
            twins.twin,
            twins.start,
            twins.end,
            "seed " + SEED + ", run " + run + ", step " + step);
      }
    }
  }

  /** A history, and a twin that keeps the epoch of every offset. */
  private static final class Twins {
    private final EpochHistory history = new EpochHistory();
    private final int[] twin = new int[200];
    private int start;
    private int end;
    private int epoch;

    void change(SplittableRandom random) {
      switch (random.nextInt(5)) {
        case 0 -> {
          end = random.nextInt(start, end + 1);
          history.truncateEnd(end);
          epoch = Math.max(epoch, history.lastEpoch());
        }
        case 1 -> {
          start = random.nextInt(start, end + 1);
          history.truncateStart(start);
        }
        default -> append(random.nextInt(3), random.nextInt(1, 9));
      }
    }

    private void append(int epochsLater, int most) {
      epoch += epochsLater;
      int count = Math.min(most, twin.length - end);
      if (count > 0) {
        history.assign(epoch, end);
        Arrays.fill(twin, end, end + count, epoch);
        end += count;
      }
    }
  }

  private static int epochOf(EpochHistory history, long offset) {
    int found = EpochHistory.NO_EPOCH;
    for (int i = 0; i < history.size() && history.startAt(i) <= offset; i++) {
      found = history.epochAt(i);
    }
    return found;
  }

  private static void compare(EpochHistory history, int[] twin, int start, int end, String where) {
    for (int offset = start; offset < end; offset++) {
      assertEquals(twin[offset], epochOf(history, offset), where);
    }
    for (int epoch = -1; epoch < 100; epoch++) {
      int found = EpochHistory.NO_EPOCH;
      for (int offset = start; offset < end; offset++) {
        found = twin[offset] <= epoch ? Math.max(found, twin[offset]) : found;
      }
      EpochEnd answer = history.endOffsetFor(epoch, end);
      if (found == EpochHistory.NO_EPOCH) {
        // An epoch without a record left may still be known; it ends where it begins.
        assertTrue(answer.epoch() == EpochHistory.NO_EPOCH || answer.endOffset() <= start, where);
        continue;
      }
      int expected = start;
      for (int offset = start; offset < end; offset++) {
        expected = twin[offset] <= epoch ? offset + 1 : expected;
      }
      assertEquals(new EpochEnd(found, expected), answer, where + ", epoch " + epoch);
    }
  }

  @Test
  void epochsNeverGoBack() {
    EpochHistory history = new EpochHistory();
    history.assign(4, 10);

    assertThrows(IllegalArgumentException.class, () -> history.assign(3, 20));
    assertThrows(IllegalArgumentException.class, () -> history.assign(5, 9));
    assertThrows(IllegalArgumentException.class, () -> new EpochHistory().assign(-1, 0));
  }

  @Test
  void whatIsWrittenIsReadBackAndDamageIsNoticed() throws Exception {
    SimDisk disk = new SimDisk(1);
    Path folder = Path.of("t-0");
    disk.createDirectories(folder);
    EpochHistory history = new EpochHistory();
    history.assign(3, 0);
    history.assign(7, 120);
    new EpochFile(disk, folder).write(history);

    EpochHistory read = new EpochFile(disk, folder).read().orElseThrow();

    assertEquals(2, read.size());
    assertEquals(new EpochEnd(3, 120), read.endOffsetFor(6, 455));
    Path file = folder.resolve(EpochFile.NAME);
    for (long position = 0; position < disk.sizeInBytes(file); position++) {
      disk.flip(file, position, 3);
      assertThrows(CorruptLog.class, () -> new EpochFile(disk, folder).read());
      disk.flip(file, position, 3);
    }
  }
}
