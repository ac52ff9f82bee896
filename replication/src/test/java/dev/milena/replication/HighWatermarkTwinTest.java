package dev.milena.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A replica and its naive twin, which recounts everything after every event, walk through the same
 * random events: rows and configs of the image, brokers that come and go, reports of runs that are
 * old, present or still to come, refusals that come late, and time that stands still or leaps. Whom
 * the replica proposes is the affair of its rules; what then counts is checked here. {@code
 * -Dmilena.seed=N} repeats one walk.
 */
class HighWatermarkTwinTest {
  private static final int WALKS = 3_000;
  private static final int STEPS = 120;
  private static final long FIRST_RUN = 5;

  private long moves;
  private long grown;
  private long shrunk;
  private long lateRefusals;
  private long openConfigs;

  @Test
  void highWatermarkIsTheSmallestCountedEndOverTheMaximalIsr() {
    Long only = Long.getLong("milena.seed");
    long first = only == null ? new SplittableRandom().nextLong() : only;
    for (int i = 0; i < (only == null ? WALKS : 1); i++) {
      Walk walk = new Walk(first + i);
      try {
        walk.run();
      } catch (AssertionError | RuntimeException failed) {
        throw repeatable(first + i, failed);
      }
    }
    if (only == null) {
      assertTrue(moves > WALKS, "the walks moved the high watermark " + moves);
      assertTrue(grown > WALKS / 2, "the walks proposed more replicas " + grown);
      assertTrue(shrunk > WALKS / 2, "the walks proposed fewer replicas " + shrunk);
      assertTrue(lateRefusals > WALKS / 5, "late refusals met a proposal " + lateRefusals);
      assertTrue(openConfigs > WALKS / 5, "configs met a proposal " + openConfigs);
    }
  }

  /** The rules propose what is wanted only; the calculation must hold for whatever is proposed. */
  @Test
  void whateverIsProposedTheUnionCountsAndTheSmallerSetDecides() {
    Long only = Long.getLong("milena.seed");
    long first = only == null ? new SplittableRandom().nextLong() : only;
    for (int i = 0; i < (only == null ? 20_000 : 1); i++) {
      try {
        proposeAnything(new SplittableRandom(first + i));
      } catch (AssertionError | RuntimeException failed) {
        throw repeatable(first + i, failed);
      }
    }
  }

  private static AssertionError repeatable(long seed, Throwable failed) {
    return new AssertionError(
        "repeat with ./mvnw -pl replication test -Dtest=HighWatermarkTwinTest"
            + " -DargLine=-Dmilena.seed="
            + seed,
        failed);
  }

  private static void proposeAnything(SplittableRandom random) {
    ReplicaSet everybody = ReplicaSet.of(1, 2, 3, 4, 5);
    Set<Integer> committed = someOf(everybody, random);
    Set<Integer> proposed = someOf(everybody, random);
    int minInsync = 1 + random.nextInt(5);
    FlushPolicy policy = random.nextBoolean() ? FlushPolicy.ACK : FlushPolicy.REPLICATED;
    PartitionFacts facts =
        new PartitionFacts(1, 3, 7, everybody, set(committed), minInsync, policy);
    Leading leading = new Leading(3, 0, facts.isr());
    leading.followers().replicasAre(everybody, 1, 0, 0);
    TreeMap<Integer, LogEnds> ends = new TreeMap<>();
    for (int id = 1; id <= 5; id++) {
      long logEnd = random.nextLong(50);
      LogEnds told = new LogEnds(logEnd, random.nextLong(logEnd + 1));
      ends.put(id, told);
      leading.followers().of(id).ifPresent(follower -> follower.progressed(FIRST_RUN, told));
    }
    LogEnds own = ends.getOrDefault(1, LogEnds.UNKNOWN);
    leading.inSync().propose(set(proposed));
    long whileOpen =
        Math.min(committed.size(), proposed.size()) < minInsync
            ? 0
            : smallest(ends, set(committed).union(set(proposed)), policy);
    assertEquals(whileOpen, HighWatermark.next(0, 1, own, leading, facts));
    leading.refused(0);
    long after = committed.size() < minInsync ? 0 : smallest(ends, facts.isr(), policy);
    assertEquals(after, HighWatermark.next(0, 1, own, leading, facts));
  }

  private static long smallest(
      Map<Integer, LogEnds> ends, ReplicaSet counting, FlushPolicy policy) {
    long smallest = Long.MAX_VALUE;
    for (int place = 0; place < counting.size(); place++) {
      LogEnds end = ends.getOrDefault(counting.id(place), LogEnds.UNKNOWN);
      smallest = Math.min(smallest, policy == FlushPolicy.ACK ? end.flushedEnd() : end.logEnd());
    }
    return smallest;
  }

  /** Broker 1 and some others. */
  private static Set<Integer> someOf(ReplicaSet replicas, SplittableRandom random) {
    TreeSet<Integer> some = new TreeSet<>();
    for (int place = 0; place < replicas.size(); place++) {
      if (replicas.id(place) == 1 || random.nextBoolean()) {
        some.add(replicas.id(place));
      }
    }
    return some;
  }

  private static ReplicaSet set(Set<Integer> ids) {
    return ReplicaSet.of(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  /** What a follower told in the present epoch, under its newest run. */
  private record Told(long run, LogEnds ends) {}

  /** One walk: broker 1 leads or not, the others follow or not. */
  private final class Walk extends SilentEffects {
    private final SplittableRandom random;
    private final PartitionReplica replica;
    private final TreeMap<Integer, Told> told = new TreeMap<>();

    /** Present runs, of fenced brokers too. */
    private final TreeMap<Integer, Long> runs =
        new TreeMap<>(Map.of(1, FIRST_RUN, 2, FIRST_RUN, 3, FIRST_RUN));

    private final TreeSet<Integer> fenced = new TreeSet<>();
    private PartitionFacts facts = PartitionFacts.NONE;
    private LogEnds own = LogEnds.UNKNOWN;

    /** Empty while no change of the ISR is on its way. */
    private ReplicaSet proposed = ReplicaSet.EMPTY;

    private long nowMs;
    private long hw;

    Walk(long seed) {
      random = new SplittableRandom(seed);
      replica = new PartitionReplica(1, 0, own, ReplicaSettings.DEFAULTS);
    }

    void run() {
      step(standings());
      for (int i = 0; i < STEPS; i++) {
        nowMs += pauseMs();
        try {
          step(next());
        } catch (AssertionError failed) {
          throw new AssertionError("after step " + i, failed);
        }
      }
    }

    private void step(ReplicaEvent event) {
      replica.step(nowMs, event, this);
      hw = Math.max(hw, naive());
      assertEquals(hw, replica.highWatermark(), () -> "after " + event);
      boolean enough = counted() >= facts.minInsync();
      WriteGate expected =
          !leading()
              ? WriteGate.NOT_LEADER
              : enough ? WriteGate.OPEN : WriteGate.NOT_ENOUGH_REPLICAS;
      assertEquals(expected, replica.mayAppend(true), () -> "after " + event);
    }

    /** None, some, until the rules have something to say, or beyond what they wait for. */
    private long pauseMs() {
      return switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> 0;
        case 4 -> untilDueMs();
        case 5 -> random.nextLong(15_000);
        case 6 -> random.nextInt(5) == 0 ? 60_000 + random.nextLong(60_000) : 1;
        default -> random.nextLong(500);
      };
    }

    private long untilDueMs() {
      return replica.nextDueMs() == Long.MAX_VALUE ? 0 : Math.max(0, replica.nextDueMs() - nowMs);
    }

    private ReplicaEvent next() {
      return switch (random.nextInt(20)) {
        case 0 -> newRow();
        case 1 -> newConfig();
        case 2 -> refuse(facts.partitionEpoch());
        case 3 -> lateRefusal();
        case 4 -> standings();
        case 5, 6 -> passUntilDue();
        case 7, 8, 9 -> append();
        case 10, 11, 12 -> flush();
        default -> follow(2 + random.nextInt(2));
      };
    }

    private ReplicaEvent passUntilDue() {
      nowMs += random.nextBoolean() ? untilDueMs() : 0;
      return new ReplicaEvent.TimePassed();
    }

    private ReplicaEvent newRow() {
      int leader = facts.leader();
      int epoch = facts.leaderEpoch();
      if (epoch < 0 || random.nextInt(4) == 0) {
        epoch++;
        leader = random.nextInt(4) > 0 ? 1 : random.nextBoolean() ? 2 : PartitionFacts.NO_LEADER;
        told.clear();
      }
      ReplicaSet replicas =
          random.nextInt(5) == 0 ? ReplicaSet.of(1, 2 + random.nextInt(2)) : ReplicaSet.of(1, 2, 3);
      told.keySet().removeIf(id -> !replicas.contains(id));
      ReplicaSet isr = set(someOf(replicas, random));
      if (proposed.size() > 0
          && random.nextBoolean()
          && replicas.union(proposed).equals(replicas)) {
        isr = proposed;
      }
      proposed = ReplicaSet.EMPTY;
      forgetWhoLeft(isr);
      int row = facts.partitionEpoch() + 1;
      facts = new PartitionFacts(leader, epoch, row, replicas, isr, minInsync(), policy());
      return new ReplicaEvent.FactsChanged(facts);
    }

    /** What it told before it left counts no more, and older runs no more than before. */
    private void forgetWhoLeft(ReplicaSet isr) {
      told.replaceAll((id, last) ->
          facts.isr().contains(id) && !isr.contains(id)
              ? new Told(last.run(), LogEnds.UNKNOWN)
              : last);
    }

    /** Settles nothing that was proposed. */
    private ReplicaEvent newConfig() {
      if (facts.leaderEpoch() < 0) {
        return newRow();
      }
      openConfigs += proposed.size() > 0 ? 1 : 0;
      facts =
          new PartitionFacts(
              facts.leader(),
              facts.leaderEpoch(),
              facts.partitionEpoch(),
              facts.replicas(),
              facts.isr(),
              minInsync(),
              policy());
      return new ReplicaEvent.FactsChanged(facts);
    }

    private int minInsync() {
      return 1 + random.nextInt(3);
    }

    private FlushPolicy policy() {
      return random.nextInt(5) == 0 ? FlushPolicy.REPLICATED : FlushPolicy.ACK;
    }

    private ReplicaEvent refuse(int row) {
      proposed = ReplicaSet.EMPTY;
      return new ReplicaEvent.IsrRefused(row);
    }

    /** Of what was proposed in another row. */
    private ReplicaEvent lateRefusal() {
      lateRefusals += proposed.size() > 0 ? 1 : 0;
      int other = random.nextInt(4) == 0 ? 1 : -1 - random.nextInt(3);
      return new ReplicaEvent.IsrRefused(facts.partitionEpoch() + other);
    }

    private ReplicaEvent standings() {
      int broker = 2 + random.nextInt(2);
      switch (random.nextInt(4)) {
        case 0 -> fenced.add(broker);
        case 1 -> runs.merge(broker, 1L, Long::sum);
        default -> fenced.remove(broker);
      }
      TreeMap<Integer, Long> up = new TreeMap<>(runs);
      up.keySet().removeAll(fenced);
      return new ReplicaEvent.StandingsChanged(Standings.of(up));
    }

    private ReplicaEvent append() {
      own = new LogEnds(own.logEnd() + random.nextInt(5), own.flushedEnd());
      return new ReplicaEvent.Appended(own.logEnd());
    }

    private ReplicaEvent flush() {
      long flushed = random.nextLong(own.logEnd() + 1);
      own = new LogEnds(own.logEnd(), Math.max(own.flushedEnd(), flushed));
      return new ReplicaEvent.Flushed(flushed);
    }

    private ReplicaEvent follow(int follower) {
      long logEnd = random.nextInt(3) == 0 ? own.logEnd() : random.nextLong(own.logEnd() + 1);
      LogEnds tells =
          new LogEnds(logEnd, random.nextBoolean() ? logEnd : random.nextLong(logEnd + 1));
      int epoch = facts.leaderEpoch() + (random.nextInt(4) > 0 ? 0 : random.nextInt(3) - 1);
      // of an old run, of one that the image does not know yet, mostly of the present one
      long run =
          runs.getOrDefault(follower, 0L) + (random.nextInt(4) > 0 ? 0 : random.nextInt(3) - 1);
      if (leading() && epoch == facts.leaderEpoch() && facts.replicas().contains(follower)) {
        told.merge(
            follower,
            new Told(run, tells),
            (known, now) ->
                now.run() != known.run()
                    ? now.run() > known.run() ? now : known
                    : new Told(run, furthest(known.ends(), now.ends())));
      }
      return new ReplicaEvent.FollowerProgressed(follower, run, epoch, tells);
    }

    private static LogEnds furthest(LogEnds one, LogEnds other) {
      return new LogEnds(
          Math.max(one.logEnd(), other.logEnd()), Math.max(one.flushedEnd(), other.flushedEnd()));
    }

    private boolean leading() {
      return facts.leader() == 1;
    }

    private int counted() {
      int committed = facts.isr().size();
      return proposed.size() > 0 ? Math.min(committed, proposed.size()) : committed;
    }

    private long naive() {
      if (!leading() || counted() < facts.minInsync()) {
        return 0;
      }
      TreeMap<Integer, LogEnds> ends = new TreeMap<>();
      told.forEach((id, last) -> ends.put(id, last.ends()));
      ends.put(1, own);
      return smallest(ends, facts.isr().union(proposed), facts.flushPolicy());
    }

    @Override
    public void isrWanted(ReplicaSet isr, int partitionEpoch) {
      assertEquals(ReplicaSet.EMPTY, proposed, "two proposals at once");
      assertEquals(facts.partitionEpoch(), partitionEpoch);
      // what the image's own ISR had committed until now stays so
      hw = Math.max(hw, naive());
      assertEquals(hw, replica.highWatermark(), "before a proposal");
      proposed = isr;
      grown += isr.size() > facts.isr().size() ? 1 : 0;
      shrunk += isr.size() < facts.isr().size() ? 1 : 0;
    }

    @Override
    public void highWatermarkMoved(long highWatermark) {
      assertTrue(highWatermark > hw, "the high watermark moved back or stood still");
      moves++;
    }

    @Override
    public void becameLeader(int leaderEpoch, long epochStart) {
      assertTrue(leading());
      assertEquals(facts.leaderEpoch(), leaderEpoch);
      assertEquals(own.logEnd(), epochStart);
    }

    @Override
    public void becameFollower(int leader, int leaderEpoch) {
      assertEquals(2, facts.leader());
      assertEquals(2, leader);
    }

    @Override
    public void becameIdle(int leaderEpoch) {
      assertEquals(PartitionFacts.NO_LEADER, facts.leader());
    }

    @Override
    public void flushWanted(long logEnd) {
      assertEquals(own.logEnd(), logEnd);
    }
  }
}
