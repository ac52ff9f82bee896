package dev.milena.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A replica and its naive twin, which recounts everything after every event, walk through the same
 * random events. {@code -Dmilena.seed=N} repeats one walk.
 */
class HighWatermarkTwinTest {
  private static final int WALKS = 3_000;
  private static final int STEPS = 120;
  private static final long RUN = 5;

  private long moves;
  private long proposals;

  @Test
  void highWatermarkIsTheSmallestCountedEndOverTheMaximalIsr() {
    Long only = Long.getLong("milena.seed");
    long first = only == null ? new SplittableRandom().nextLong() : only;
    for (int i = 0; i < (only == null ? WALKS : 1); i++) {
      Walk walk = new Walk(first + i);
      try {
        walk.run();
      } catch (AssertionError | RuntimeException failed) {
        throw new AssertionError(
            "repeat with ./mvnw -pl replication test -Dtest=HighWatermarkTwinTest"
                + " -DargLine=-Dmilena.seed="
                + (first + i),
            failed);
      }
    }
    assertTrue(only != null || moves > WALKS, "the walks moved the high watermark " + moves);
    assertTrue(only != null || proposals > WALKS / 10, "the walks proposed " + proposals);
  }

  /** One walk: broker 1 leads or not, 2 and 3 follow or not. */
  private final class Walk implements EffectSink {
    private final SplittableRandom random;
    private final PartitionReplica replica;
    private final TreeMap<Integer, LogEnds> ends = new TreeMap<>();
    private final TreeSet<Integer> committed = new TreeSet<>();

    /** Empty while no change of the ISR is on its way. */
    private final TreeSet<Integer> proposed = new TreeSet<>();

    private boolean leading;
    private int epoch;
    private int row;
    private int minInsync = 1;
    private FlushPolicy policy = FlushPolicy.ACK;
    private long hw;

    Walk(long seed) {
      random = new SplittableRandom(seed);
      replica = new PartitionReplica(1, 0, new LogEnds(0, 0), ReplicaSettings.DEFAULTS);
      ends.put(1, new LogEnds(0, 0));
      committed.add(1);
    }

    void run() {
      replica.step(
          0,
          new ReplicaEvent.StandingsChanged(
              Standings.of(new TreeMap<>(Map.of(1, RUN, 2, RUN, 3, RUN)))),
          this);
      for (int i = 0; i < STEPS; i++) {
        replica.step(i * 250L, next(), this);
        hw = Math.max(hw, naive());
        assertEquals(hw, replica.highWatermark(), "after step " + i);
        boolean enough = counted() >= minInsync;
        WriteGate expected =
            !leading
                ? WriteGate.NOT_LEADER
                : enough ? WriteGate.OPEN : WriteGate.NOT_ENOUGH_REPLICAS;
        assertEquals(expected, replica.mayAppend(true), "after step " + i);
      }
    }

    private ReplicaEvent next() {
      return switch (random.nextInt(8)) {
        case 0 -> newRow();
        case 1 -> proposed.isEmpty() ? append() : refuse();
        case 2, 3 -> append();
        case 4, 5 -> flush();
        default -> follow(2 + random.nextInt(2));
      };
    }

    private ReplicaEvent newRow() {
      boolean election = random.nextInt(4) == 0;
      if (election) {
        epoch++;
        leading = random.nextInt(4) > 0;
        ends.keySet().removeIf(id -> id != 1);
      }
      row++;
      proposed.clear();
      minInsync = 1 + random.nextInt(3);
      policy = random.nextInt(5) == 0 ? FlushPolicy.REPLICATED : FlushPolicy.ACK;
      committed.clear();
      committed.addAll(someIsr());
      int leader = leading ? 1 : epoch == 0 ? PartitionFacts.NO_LEADER : 2;
      return new ReplicaEvent.FactsChanged(
          new PartitionFacts(
              leader, epoch, row, ReplicaSet.of(1, 2, 3), set(committed), minInsync, policy));
    }

    private ReplicaEvent refuse() {
      proposed.clear();
      return new ReplicaEvent.IsrRefused(row);
    }

    private ReplicaEvent append() {
      LogEnds own = ends.getOrDefault(1, LogEnds.UNKNOWN);
      long logEnd = own.logEnd() + random.nextInt(5);
      ends.put(1, new LogEnds(logEnd, own.flushedEnd()));
      return new ReplicaEvent.Appended(logEnd);
    }

    private ReplicaEvent flush() {
      LogEnds own = ends.getOrDefault(1, LogEnds.UNKNOWN);
      long told = random.nextLong(own.logEnd() + 1);
      ends.put(1, new LogEnds(own.logEnd(), Math.max(own.flushedEnd(), told)));
      return new ReplicaEvent.Flushed(told);
    }

    private ReplicaEvent follow(int follower) {
      long own = ends.getOrDefault(1, LogEnds.UNKNOWN).logEnd();
      long logEnd = random.nextLong(own + 1);
      LogEnds told = new LogEnds(logEnd, random.nextLong(logEnd + 1));
      int toldEpoch = epoch - (random.nextInt(4) == 0 ? 1 : 0);
      if (leading && toldEpoch == epoch) {
        LogEnds known = ends.getOrDefault(follower, LogEnds.UNKNOWN);
        ends.put(
            follower,
            new LogEnds(
                Math.max(known.logEnd(), told.logEnd()),
                Math.max(known.flushedEnd(), told.flushedEnd())));
      }
      return new ReplicaEvent.FollowerProgressed(follower, RUN, toldEpoch, told);
    }

    private int counted() {
      return !proposed.isEmpty() ? Math.min(committed.size(), proposed.size()) : committed.size();
    }

    private long naive() {
      if (!leading || counted() < minInsync) {
        return 0;
      }
      TreeSet<Integer> everybody = new TreeSet<>(committed);
      everybody.addAll(proposed);
      return everybody.stream()
          .map(id -> ends.getOrDefault(id, LogEnds.UNKNOWN))
          .mapToLong(end -> policy == FlushPolicy.ACK ? end.flushedEnd() : end.logEnd())
          .min()
          .orElse(0);
    }

    private Set<Integer> someIsr() {
      TreeSet<Integer> isr = new TreeSet<>();
      isr.add(1);
      for (int id = 2; id <= 3; id++) {
        if (random.nextBoolean()) {
          isr.add(id);
        }
      }
      return isr;
    }

    private static ReplicaSet set(Set<Integer> ids) {
      return ReplicaSet.of(ids.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public void isrWanted(ReplicaSet isr, int partitionEpoch) {
      assertTrue(proposed.isEmpty(), "two proposals at once");
      assertEquals(row, partitionEpoch);
      // what the image's own ISR had committed until now stays so
      hw = Math.max(hw, naive());
      for (int place = 0; place < isr.size(); place++) {
        proposed.add(isr.id(place));
      }
      proposals++;
    }

    @Override
    public void highWatermarkMoved(long highWatermark) {
      assertTrue(highWatermark > hw, "the high watermark moved back or stood still");
      moves++;
    }

    @Override
    public void becameLeader(int leaderEpoch, long epochStart) {
      assertTrue(leading);
      assertEquals(epoch, leaderEpoch);
    }

    @Override
    public void becameFollower(int leader, int leaderEpoch) {
      assertTrue(!leading);
      assertEquals(2, leader);
    }

    @Override
    public void becameIdle(int leaderEpoch) {
      assertTrue(!leading);
    }

    @Override
    public void flushWanted(long logEnd) {
      assertEquals(ends.getOrDefault(1, LogEnds.UNKNOWN).logEnd(), logEnd);
    }
  }

  @Test
  void replicaSetKeepsIdsSortedAndOnce() {
    ReplicaSet set = ReplicaSet.of(3, 1, 3, 2).union(ReplicaSet.of(9, 1));
    assertEquals("[1, 2, 3, 9]", set.toString());
    assertEquals(ReplicaSet.of(9, 3, 2, 1), set);
    assertTrue(Arrays.stream(new int[] {1, 2, 3, 9}).allMatch(set::contains));
    assertTrue(!set.contains(4));
  }
}
