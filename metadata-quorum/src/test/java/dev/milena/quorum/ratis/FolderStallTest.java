package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderStallTest {
  private static final long BOUND_MS = 5_000;
  private static final long LOOK_MS = 250;

  private final FolderStall rule = new FolderStall(BOUND_MS);
  private final List<FolderStall.Silent> said = new ArrayList<>();
  private List<FolderStall.Out> out = List.of();
  private long nowMs = 77;

  @Test
  void logThatIsSyncedAgainAndAgainIsNotSilent() {
    for (long flushed = 0; flushed < 1_000; flushed++) {
      out = List.of(sync(flushed));
      pass(LOOK_MS);
    }
    assertEquals(List.of(), said);
  }

  @Test
  void warnsAtHalfAndEndsAtTheWhole() {
    out = List.of(sync(7));
    look();
    pass(2_500);
    assertEquals(List.of(new FolderStall.Silent(false, "sync", 2_500)), said);
    pass(2_250);
    assertEquals(1, said.size());
    pass(LOOK_MS);
    assertEquals(new FolderStall.Silent(true, "sync", 5_000), said.getLast());
  }

  @Test
  void oldestOfSeveralCounts() {
    out = List.of(new FolderStall.Out("write", 3));
    look();
    for (int i = 0; i < 20; i++) {
      out = List.of(sync(i), new FolderStall.Out("write", 3));
      pass(LOOK_MS);
    }
    assertEquals(new FolderStall.Silent(true, "write", 5_000), said.getLast());
  }

  @ParameterizedTest
  @ValueSource(longs = {5_000, 29_000, 3_600_000})
  void whileTheProcessStandsStillTheDiskIsNotSilent(long stillMs) {
    out = List.of(sync(7));
    look();
    nowMs += stillMs;
    look();
    pass(1_000);
    assertEquals(List.of(), said);
  }

  /** Against the plain meaning: for how long nothing moved while somebody looked. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void endsWhenNothingMovedForAsLongAsItMayOfTimeThatWasWatched(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long watchedMs = 0;
    long flushed = 0;
    out = List.of(sync(flushed));
    look();
    for (int i = 0; i < 5_000; i++) {
      if (random.nextInt(25) == 0) {
        flushed++;
        watchedMs = 0;
        out = List.of(sync(flushed));
        look();
      }
      long gapMs = random.nextInt(30) == 0 ? random.nextInt(90_000) : random.nextInt(400);
      nowMs += gapMs;
      watchedMs += Math.min(gapMs, FolderStall.COUNTED_MS);
      boolean isFinal = look().filter(FolderStall.Silent::isFinal).isPresent();
      assertEquals(watchedMs >= BOUND_MS, isFinal, "seed " + seed + " look " + i);
    }
  }

  private static FolderStall.Out sync(long flushed) {
    return new FolderStall.Out("sync", flushed);
  }

  private void pass(long ms) {
    for (long left = ms; left > 0; left -= LOOK_MS) {
      nowMs += LOOK_MS;
      look();
    }
  }

  private Optional<FolderStall.Silent> look() {
    Optional<FolderStall.Silent> found = rule.look(out, nowMs);
    found.ifPresent(said::add);
    return found;
  }
}
