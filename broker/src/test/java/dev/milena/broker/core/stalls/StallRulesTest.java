package dev.milena.broker.core.stalls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.log.disk.OutstandingCalls.Call;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of calls that do not come back, and of loops that do not turn. */
class StallRulesTest {
  private static final Path A = Path.of("/a");
  private static final Path B = Path.of("/b");
  private static final long STALL_MS = 5_000;
  private static final long LOOK_MS = 200;

  private final StallRules rules = new StallRules(STALL_MS, thread -> thread.startsWith("flush-"));
  private final List<String> said = new ArrayList<>();
  private List<Call> ofA = List.of();
  private List<Call> ofB = List.of();
  private List<StallFacts.Loop> loops = List.of();
  private StallAges ages = StallAges.NONE;
  private long nowMs = 1_000_000;

  @Test
  void diskThatAnswersIsNotSpokenOf() {
    for (int i = 0; i < 1_000; i++) {
      ofA = List.of(sync(nowMs - 150));
      pass(LOOK_MS);
    }
    assertEquals(List.of(), said);
  }

  @Test
  void silentDiskIsWarnedOfAtHalfAndGivenUpAtTheWhole() {
    look();
    ofA = List.of(sync(nowMs));
    pass(2_400);
    assertEquals(List.of(), said);
    pass(200);
    assertEquals(List.of("Slow[root=/a, call=sync, ms=2600]"), said);
    pass(2_200);
    assertEquals(1, said.size(), said::toString);
    pass(200);
    assertEquals("Stalled[root=/a, call=sync, ms=5000]", said.getLast());
    assertEquals(List.of(5_000L, 0L), List.copyOf(ages.callMs().values()));
    assertEquals(0, ages.callInUseMs(), "of the one that is left nobody waits for anything");
    pass(60_000);
    assertEquals(2, said.size(), said::toString);
  }

  @Test
  void diskThatAnswersLateStaysGivenUpAndIsSaidToAnswer() {
    look();
    ofA = List.of(sync(nowMs));
    pass(6_000);
    ofA = List.of();
    pass(LOOK_MS);
    assertEquals("AnswersAgain[root=/a]", said.getLast());
    ofA = List.of(sync(nowMs));
    pass(60_000);
    assertEquals(3, said.size(), said::toString);
  }

  @Test
  void oneThatIsSlowAgainAndAgainIsWarnedOfOnceAMinute() {
    look();
    for (int i = 0; i < 40; i++) {
      ofA = List.of(sync(nowMs));
      pass(3_000);
      ofA = List.of();
      pass(LOOK_MS);
    }
    assertEquals(3, said.size(), said::toString);
  }

  @Test
  void ofManyCallsTheOldestCounts() {
    look();
    Call old = sync(nowMs);
    for (int i = 0; i < 26; i++) {
      ofA = List.of(sync(nowMs), old, new Call("flush-0-2", "write", nowMs));
      pass(LOOK_MS);
    }
    assertEquals("Stalled[root=/a, call=sync, ms=5000]", said.getLast());
  }

  @ParameterizedTest
  @ValueSource(longs = {2_000, 12_000, 60_000, 3_600_000})
  void whileTheProcessStandsStillNobodyIsSilent(long stillMs) {
    look();
    ofA = List.of(sync(nowMs));
    loops = List.of(new StallFacts.Loop("partitions-0", true, 7));
    pass(1_000);
    nowMs += stillMs;
    look();
    pass(600);
    assertEquals(List.of(), said);
    ofA = List.of();
    loops = List.of(new StallFacts.Loop("partitions-0", true, 8));
    pass(LOOK_MS);
    assertEquals(List.of(), said);
  }

  @Test
  void stallIsFoundThoughTheProcessStandsStillAgainAndAgain() {
    look();
    ofA = List.of(sync(nowMs));
    for (int i = 0; i < 10; i++) {
      nowMs += 3_000;
      look();
    }
    assertEquals("Stalled[root=/a, call=sync, ms=5000]", said.getLast());
  }

  @Test
  void brokerOfWhichNoDiskAnswersIsOfNoUse() {
    look();
    ofA = List.of(sync(nowMs));
    pass(3_000);
    ofB = List.of(new Call("flush-1-0", "sync", nowMs));
    pass(4_800);
    assertTrue(said.stream().noneMatch(one -> one.startsWith("Useless")), said::toString);
    pass(LOOK_MS);
    assertEquals(
        "Useless[ofTheDisk=true, why=the disk of /a, /b does not answer, and none of its log directories answers]",
        said.getLast());
    int before = said.size();
    pass(60_000);
    assertEquals(before, said.size(), "it is said once");
  }

  @Test
  void whoseOtherThreadsWaitForTheSilentDiskIsOfNoUse() {
    look();
    ofA = List.of(sync(nowMs));
    pass(4_800);
    Call read = new Call("reader-1", "read", nowMs);
    ofA = List.of(ofA.getFirst(), read);
    pass(800);
    assertEquals("Stalled[root=/a, call=sync, ms=5000]", said.getLast());
    pass(LOOK_MS);
    assertEquals(
        "Useless[ofTheDisk=true, why=the disk of /a does not answer, and reader-1 waits for it]",
        said.getLast());
  }

  @Test
  void whoseLoopWaitsBehindTheSilentDiskIsOfNoUse() {
    look();
    ofA = List.of(sync(nowMs));
    loops = List.of(new StallFacts.Loop("partitions-0", true, 7));
    pass(5_000);
    assertEquals(
        "Useless[ofTheDisk=true, why=the disk of /a does not answer, and partitions-0 has not made a step for 4800 ms]",
        said.getLast());
  }

  @Test
  void loopThatIsStuckByItselfIsSaidAndIsTheEndAfterHalfAMinute() {
    loops = List.of(new StallFacts.Loop("partitions-0", true, 7));
    look();
    pass(5_000);
    assertEquals(List.of("LoopStuck[loop=partitions-0, ms=5000]"), said);
    assertEquals(5_000, ages.loopMs());
    pass(25_000);
    assertEquals(
        "Useless[ofTheDisk=false, why=partitions-0 has not made a step for 30000 ms]",
        said.getLast());
  }

  @Test
  void loopThatMakesStepsOrRestsIsNotStuck() {
    for (int i = 0; i < 300; i++) {
      loops =
          List.of(
              new StallFacts.Loop("partitions-0", true, i / 20),
              new StallFacts.Loop("partitions-1", false, 3));
      pass(LOOK_MS);
    }
    assertEquals(List.of(), said);
    loops = List.of(new StallFacts.Loop("partitions-0", true, 16));
    pass(6_000);
    loops = List.of(new StallFacts.Loop("partitions-0", true, 17));
    pass(LOOK_MS);
    assertEquals("LoopGoesOn[loop=partitions-0]", said.getLast());
  }

  /** Against the plain meaning: how long a call was out while somebody looked. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void isGivenUpWhenACallWasOutForAsLongAsItMayOfTimeThatWasWatched(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String where = "seed " + seed;
    look();
    for (int call = 0; call < 200; call++) {
      ofA = List.of(sync(nowMs));
      long watchedMs = 0;
      int looks = random.nextInt(40);
      for (int i = 0; i < looks; i++) {
        long gapMs = random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(250);
        nowMs += gapMs;
        watchedMs += Math.min(gapMs, StallRules.COUNTED_MS);
        int before = said.size();
        look();
        boolean givenUp =
            said.subList(before, said.size()).stream().anyMatch(one -> one.startsWith("Stalled"));
        assertEquals(watchedMs >= STALL_MS, givenUp, where + " call " + call);
        if (givenUp) {
          return;
        }
      }
    }
  }

  private static Call sync(long sinceMs) {
    return new Call("flush-0-1", "sync", sinceMs);
  }

  private void pass(long ms) {
    for (long left = ms; left > 0; left -= LOOK_MS) {
      nowMs += Math.min(left, LOOK_MS);
      look();
    }
  }

  private void look() {
    StallFacts facts =
        new StallFacts(
            List.of(new StallFacts.Directory(A, ofA), new StallFacts.Directory(B, ofB)), loops);
    StallRules.Look look = rules.look(facts, nowMs);
    look.findings().forEach(finding -> said.add(finding.toString()));
    ages = look.ages();
  }
}
