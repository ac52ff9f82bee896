package dev.milena.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Three logs with a history of leaders, some of whom had less than was committed: whoever follows
 * keeps exactly what it has in common with its leader. The twin compares record by record.
 */
class ReconciliationTwinTest {
  private static final int WALKS = 4_000;
  private static final int REPLICAS = 3;
  private static final int EPOCHS = 24;

  private enum Seen {
    AGREED_AT_ONCE,
    CUT_IN_ONE_ROUND,
    CUT_IN_SEVERAL,
    BEGUN_ANEW,
    NOTHING_IN_COMMON
  }

  private final Map<Seen, Integer> seen = new EnumMap<>(Seen.class);

  @Test
  void followerKeepsWhatItHasInCommonWithItsLeader() {
    long first = Long.getLong("seed", System.nanoTime());
    for (long seed = first; seed < first + WALKS; seed++) {
      try {
        walk(new SplittableRandom(seed));
      } catch (AssertionError failed) {
        throw new AssertionError("repeat with -Dseed=" + seed, failed);
      }
    }
    for (Seen what : Seen.values()) {
      assertTrue(seen.getOrDefault(what, 0) >= WALKS / 20, () -> what + " is rare: " + seen);
    }
  }

  /** A log is the epochs of its records; every record is known by its epoch and offset. */
  private static final class Log {
    private final List<Integer> epochs = new ArrayList<>();
    private long start;

    private long end() {
      return start + epochs.size();
    }

    private int lastEpoch() {
      return epochs.isEmpty() ? PartitionFacts.NO_EPOCH : epochs.getLast();
    }

    private int epochAt(long offset) {
      return epochs.get((int) (offset - start));
    }

    private EpochReach reach(int asked) {
      long end = end();
      while (end > start && epochAt(end - 1) > asked) {
        end--;
      }
      return end == start
          ? new EpochReach(PartitionFacts.NO_EPOCH, -1)
          : new EpochReach(epochAt(end - 1), end);
    }

    private void cutTo(long offset) {
      epochs.subList((int) (offset - start), epochs.size()).clear();
    }

    private void beginAt(long offset) {
      epochs.clear();
      start = offset;
    }

    private void forgetBefore(long offset) {
      epochs.subList(0, (int) (offset - start)).clear();
      start = offset;
    }
  }

  private void walk(SplittableRandom random) {
    List<Log> logs = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      logs.add(new Log());
    }
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Log leader = logs.get(random.nextInt(REPLICAS));
      for (int records = random.nextInt(4); records > 0; records--) {
        leader.epochs.add(epoch);
      }
      if (random.nextInt(8) == 0) {
        leader.forgetBefore(leader.start + random.nextLong(leader.epochs.size() + 1L));
      }
      for (Log follower : logs) {
        if (follower != leader && random.nextBoolean()) {
          follow(follower, leader);
          copy(follower, leader, random.nextLong(leader.end() - follower.end() + 1));
        }
      }
    }
  }

  private static void copy(Log follower, Log leader, long records) {
    long end = follower.end();
    for (long offset = end; offset < end + records; offset++) {
      follower.epochs.add(leader.epochAt(offset));
    }
  }

  private void follow(Log follower, Log leader) {
    long common = commonEnd(follower, leader);
    int rounds = 0;
    boolean begun = false;
    FollowAnswer answer = ask(follower, leader);
    while (!(answer instanceof FollowAnswer.Agreed)) {
      rounds++;
      assertTrue(rounds <= EPOCHS + 2, "no end of questions");
      begun |= obey(follower, answer);
      answer = ask(follower, leader);
    }
    if (begun) {
      seen.merge(Seen.BEGUN_ANEW, 1, Integer::sum);
      assertEquals(leader.start, follower.end(), "begins where the leader does");
    } else {
      seen.merge(
          switch (rounds) {
            case 0 -> Seen.AGREED_AT_ONCE;
            case 1 -> Seen.CUT_IN_ONE_ROUND;
            default -> Seen.CUT_IN_SEVERAL;
          },
          1,
          Integer::sum);
      assertEquals(common, follower.end(), "keeps what is common");
    }
    if (common == Math.max(follower.start, leader.start)) {
      seen.merge(Seen.NOTHING_IN_COMMON, 1, Integer::sum);
    }
    for (long offset = Math.max(follower.start, leader.start); offset < follower.end(); offset++) {
      assertEquals(leader.epochAt(offset), follower.epochAt(offset), "at offset " + offset);
    }
  }

  private static FollowAnswer ask(Log follower, Log leader) {
    int last = follower.lastEpoch();
    return Reconciliation.answer(leader.start, follower.end(), last, leader.reach(last));
  }

  /** Whether the log was begun anew. */
  private static boolean obey(Log follower, FollowAnswer answer) {
    switch (answer) {
      case FollowAnswer.BelowStart(long start) -> {
        follower.beginAt(start);
        return true;
      }
      case FollowAnswer.Diverged(EpochReach leaders) -> {
        long cut = Reconciliation.cut(follower.start, leaders, follower.reach(leaders.epoch()));
        assertTrue(cut < follower.end(), "nothing is cut");
        if (cut < follower.start) {
          follower.beginAt(cut);
          return true;
        }
        follower.cutTo(cut);
        return false;
      }
      case FollowAnswer.Agreed(), FollowAnswer.Refused() -> throw new AssertionError(answer);
    }
  }

  /** The first offset at which they differ or one of them ends, where both have records. */
  private static long commonEnd(Log follower, Log leader) {
    long offset = Math.max(follower.start, leader.start);
    while (offset < Math.min(follower.end(), leader.end())
        && follower.epochAt(offset) == leader.epochAt(offset)) {
      offset++;
    }
    return offset;
  }
}
