package dev.milena.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A leader's rules of in-sync replicas and their naive twin ({@link NaiveInSync}), which goes
 * through the whole history after every event. After each of them the replica has proposed what the
 * naive one wants and nothing else, and {@link PartitionReplica#nextDueMs} is when the naive one
 * wants something else next. {@code -Dmilena.seed=N} repeats one walk.
 */
class InSyncTwinTest {
  private static final int WALKS = 1_000;
  private static final int STEPS = 120;

  /** What the walks must have come by, else they prove nothing. */
  private enum Seen {
    JOINED,
    LEFT_LATE,
    KEPT_THOUGH_BEHIND,
    DAMPED,
    NEEDED,
    DOUBLED,
    MOST,
    RESET,
    TAKEN_THOUGH_EMPTY,
    REFUSED,
    REFUSED_LATE,
    TOO_EARLY,
    IN_TIME
  }

  private final Map<Seen, Integer> seen = new EnumMap<>(Seen.class);

  @Test
  void leaderWantsWhomTheWholeHistorySays() {
    Long only = Long.getLong("milena.seed");
    long first = only == null ? new SplittableRandom().nextLong() : only;
    for (int i = 0; i < (only == null ? WALKS : 1); i++) {
      try {
        new Walk(first + i).run();
      } catch (AssertionError | RuntimeException failed) {
        throw new AssertionError(
            "repeat with ./mvnw -pl replication test -Dtest=InSyncTwinTest"
                + " -DargLine=-Dmilena.seed="
                + (first + i),
            failed);
      }
    }
    for (Seen what : only == null ? Seen.values() : new Seen[0]) {
      assertTrue(seen.getOrDefault(what, 0) >= WALKS / 20, () -> what + " is rare: " + seen);
    }
  }

  /** One walk: broker 1 leads most of the time, the others follow, some more eagerly. */
  private final class Walk extends SilentEffects {
    private final SplittableRandom random;
    private final ReplicaSettings settings;
    private final PartitionReplica replica;
    private final NaiveInSync naive;
    private final TreeMap<Integer, Long> runs = new TreeMap<>(Map.of(1, 5L, 2, 5L, 3, 5L));
    private final TreeSet<Integer> fenced = new TreeSet<>();
    private PartitionFacts facts = PartitionFacts.NONE;
    private LogEnds own = LogEnds.UNKNOWN;
    private ReplicaSet proposed = ReplicaSet.EMPTY;
    private ReplicaSet now = ReplicaSet.EMPTY;
    private long nowMs;

    /** Of a hundred events so many are appends; in some walks nothing is written for long. */
    private final int appends;

    Walk(long seed) {
      random = new SplittableRandom(seed);
      settings =
          random.nextBoolean()
              ? ReplicaSettings.DEFAULTS
              : new ReplicaSettings(
                  2 + random.nextInt(3_000),
                  1 + random.nextInt(700),
                  700 + random.nextInt(900),
                  1 + random.nextInt(20_000),
                  random.nextInt(900));
      replica = new PartitionReplica(1, 0, own, settings);
      naive = new NaiveInSync(settings);
      appends = random.nextInt(3) == 0 ? 1 : 10 + random.nextInt(20);
    }

    void run() {
      step(standings());
      for (int i = 0; i < STEPS; i++) {
        nowMs += pauseMs();
        try {
          step(next());
        } catch (AssertionError failed) {
          throw new AssertionError("step " + i + " at " + nowMs + " ms with " + settings, failed);
        }
      }
    }

    private void step(ReplicaEvent event) {
      now = ReplicaSet.EMPTY;
      boolean early = nowMs < replica.nextDueMs();
      replica.step(nowMs, event, this);
      TreeMap<Integer, Long> up = new TreeMap<>(runs);
      up.keySet().removeAll(fenced);
      naive.happened(
          new NaiveInSync.Moment(
              nowMs, event, facts, own.logEnd(), up, replica.highWatermark(), ReplicaSet.EMPTY));
      compare(event);
      if (event instanceof ReplicaEvent.TimePassed && naive.leads()) {
        assertFalse(early && now.size() > 0, "time had not come");
        saw(early ? Seen.TOO_EARLY : Seen.IN_TIME, true);
      }
      if (now.size() > 0) {
        proposed = now;
        naive.wants(now);
      }
      long nextMs = naive.leads() ? naive.nextChangeMs(nowMs) : Long.MAX_VALUE;
      assertEquals(nextMs, Math.max(nowMs, replica.nextDueMs()), () -> "due after " + event);
    }

    private void compare(ReplicaEvent event) {
      boolean wants = naive.wantsAnother(nowMs);
      if (now.size() > 0) {
        assertTrue(wants, () -> "proposed " + now + " for nothing at " + event);
        assertEquals(naive.wanted(nowMs), now, () -> "proposed at " + event);
        followers((id, was) -> checkWish(id, was, now.contains(id)));
      } else if (wants) {
        // a follower is late at any event, and the owner is told when to ask; the rest is at once
        assertFalse(reviews(event), () -> "wants " + naive.wanted(nowMs) + " at " + event);
      }
      if (naive.leads()) {
        followers(this::checkCaughtUp);
      }
    }

    private boolean reviews(ReplicaEvent event) {
      return switch (event) {
        case ReplicaEvent.FactsChanged _,
            ReplicaEvent.StandingsChanged _,
            ReplicaEvent.TimePassed _ ->
            true;
        case ReplicaEvent.FollowerProgressed(int id, long _, int epoch, LogEnds _) ->
            !facts.isr().contains(id) && epoch == facts.leaderEpoch();
        case ReplicaEvent.Appended _,
            ReplicaEvent.Flushed _,
            ReplicaEvent.IsrRefused _,
            ReplicaEvent.LogStartMoved _,
            ReplicaEvent.FollowAnswered _,
            ReplicaEvent.AskAgain _,
            ReplicaEvent.CopyRefused _,
            ReplicaEvent.LeaderTold _,
            ReplicaEvent.LogCut _,
            ReplicaEvent.LogFailed _ ->
            false;
      };
    }

    private interface OfFollower {
      void look(int id, boolean inSync);
    }

    private void followers(OfFollower looking) {
      for (int id = 2; id <= 3; id++) {
        if (facts.replicas().contains(id)) {
          looking.look(id, facts.isr().contains(id));
        }
      }
    }

    /** Who leaves was truly too far behind, at most by the factor of two that marks cost. */
    private void checkWish(int id, boolean was, boolean is) {
      if (was && !is) {
        saw(Seen.LEFT_LATE, true);
        assertTrue(
            !naive.onePolicy(id) || naive.mostBehindMs(id, nowMs) > settings.lagMs() / 2,
            () -> id + " was behind by " + naive.mostBehindMs(id, nowMs) + " ms at most");
      }
      saw(Seen.JOINED, !was && is);
      saw(Seen.DAMPED, !was && is && naive.pauseMs(id) > 0);
      saw(Seen.NEEDED, !was && is && nowMs < naive.mayComeBackMs(id));
      saw(Seen.TAKEN_THOUGH_EMPTY, !was && is && own.logEnd() == 0);
    }

    /** Who has not caught up for too long is never taken for one that has. */
    private void checkCaughtUp(int id, boolean inSync) {
      long truly = naive.trulyCaughtUpMs(id, nowMs);
      long known = naive.caughtUpMs(id);
      assertTrue(known <= truly, () -> id + " was caught up at " + truly + ", not at " + known);
      saw(Seen.KEPT_THOUGH_BEHIND, inSync && truly < nowMs && known > 0 && known < truly);
      saw(Seen.DOUBLED, naive.pauseMs(id) > settings.rejoinMs());
      saw(Seen.RESET, naive.stayedInBetween(id));
      saw(Seen.MOST, naive.pauseMs(id) == settings.mostRejoinMs());
    }

    private void saw(Seen what, boolean really) {
      if (really) {
        seen.merge(what, 1, Integer::sum);
      }
    }

    private long pauseMs() {
      return switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4 -> 0;
        case 5 -> untilDueMs();
        case 6 -> Math.max(0, untilDueMs() - 1);
        case 7 -> random.nextLong(settings.lagMs() * 2);
        case 8 -> random.nextInt(4) == 0 ? random.nextLong(3 * settings.steadyMs()) : 1;
        default -> random.nextLong(1 + settings.lagMs() / 10);
      };
    }

    private long untilDueMs() {
      return replica.nextDueMs() == Long.MAX_VALUE ? 0 : Math.max(0, replica.nextDueMs() - nowMs);
    }

    private ReplicaEvent next() {
      int of100 = random.nextInt(100);
      if (facts.leaderEpoch() < 0 || of100 < 2) {
        return election();
      }
      if (of100 < 2 + appends) {
        own = new LogEnds(own.logEnd() + random.nextInt(4), own.flushedEnd());
        return new ReplicaEvent.Appended(own.logEnd());
      }
      if (proposed.size() > 0 && random.nextInt(5) == 0) {
        return outcome();
      }
      return switch (random.nextInt(12)) {
        case 0 -> standings();
        case 1 -> flush();
        case 2 -> random.nextInt(3) == 0 ? otherRow() : flush();
        case 3 -> random.nextInt(4) == 0 ? newConfig() : flush();
        case 4, 5 -> passUntilDue();
        default -> report(2 + random.nextInt(2));
      };
    }

    private ReplicaEvent passUntilDue() {
      nowMs += random.nextBoolean() ? untilDueMs() : 0;
      return new ReplicaEvent.TimePassed();
    }

    /** Of what was proposed; late refusals are of other rows. */
    private ReplicaEvent outcome() {
      return switch (random.nextInt(8)) {
        case 0 -> {
          proposed = ReplicaSet.EMPTY;
          saw(Seen.REFUSED, true);
          yield new ReplicaEvent.IsrRefused(facts.partitionEpoch());
        }
        case 1 -> {
          saw(Seen.REFUSED_LATE, true);
          int other = random.nextInt(4) == 0 ? 1 : -1 - random.nextInt(3);
          yield new ReplicaEvent.IsrRefused(facts.partitionEpoch() + other);
        }
        case 2 -> otherRow();
        default -> row(facts.leader(), facts.leaderEpoch(), facts.replicas(), proposed);
      };
    }

    private ReplicaEvent election() {
      int leader = random.nextInt(6) > 0 ? 1 : random.nextBoolean() ? 2 : PartitionFacts.NO_LEADER;
      return row(leader, facts.leaderEpoch() + 1, ReplicaSet.of(1, 2, 3), someIsr());
    }

    /** The quorum's own doing: somebody is fenced, comes as a replica, or goes. */
    private ReplicaEvent otherRow() {
      if (random.nextInt(6) > 0) {
        return row(facts.leader(), facts.leaderEpoch(), facts.replicas(), someIsr());
      }
      ReplicaSet replicas =
          facts.replicas().size() < 3
              ? ReplicaSet.of(1, 2, 3)
              : ReplicaSet.of(1, 2 + random.nextInt(2));
      return row(facts.leader(), facts.leaderEpoch(), replicas, ReplicaSet.of(1));
    }

    private ReplicaSet someIsr() {
      return switch (random.nextInt(4)) {
        case 0 -> ReplicaSet.of(1);
        case 1 -> facts.replicas().size() > 0 ? facts.replicas() : ReplicaSet.of(1, 2);
        case 2 -> facts.replicas().contains(2) ? ReplicaSet.of(1, 2) : ReplicaSet.of(1);
        default -> facts.replicas().contains(3) ? ReplicaSet.of(1, 3) : ReplicaSet.of(1);
      };
    }

    private ReplicaEvent row(int leader, int epoch, ReplicaSet replicas, ReplicaSet isr) {
      proposed = ReplicaSet.EMPTY;
      int row = facts.partitionEpoch() + 1;
      int least = facts.minInsync();
      facts = new PartitionFacts(leader, epoch, row, replicas, isr, least, facts.flushPolicy());
      return new ReplicaEvent.FactsChanged(facts);
    }

    private ReplicaEvent newConfig() {
      FlushPolicy other =
          facts.flushPolicy() == FlushPolicy.ACK ? FlushPolicy.REPLICATED : FlushPolicy.ACK;
      facts =
          new PartitionFacts(
              facts.leader(),
              facts.leaderEpoch(),
              facts.partitionEpoch(),
              facts.replicas(),
              facts.isr(),
              1 + random.nextInt(2),
              other);
      return new ReplicaEvent.FactsChanged(facts);
    }

    private ReplicaEvent standings() {
      int broker = 2 + random.nextInt(2);
      switch (random.nextInt(5)) {
        case 0 -> fenced.add(broker);
        case 1 -> runs.merge(broker, 1L, Long::sum);
        default -> fenced.remove(broker);
      }
      TreeMap<Integer, Long> up = new TreeMap<>(runs);
      up.keySet().removeAll(fenced);
      return new ReplicaEvent.StandingsChanged(Standings.of(up));
    }

    private ReplicaEvent flush() {
      own = new LogEnds(own.logEnd(), own.logEnd());
      return new ReplicaEvent.Flushed(own.logEnd());
    }

    /** Mostly a little behind, under the present run. */
    private ReplicaEvent report(int id) {
      long behind = random.nextInt(6) == 0 ? random.nextLong(own.logEnd() + 1) : random.nextInt(4);
      long logEnd = Math.max(0, own.logEnd() - (random.nextBoolean() ? 0 : behind));
      long flushed = Math.max(0, logEnd - (random.nextInt(3) > 0 ? 0 : random.nextInt(5)));
      long run = runs.getOrDefault(id, 0L) + (random.nextInt(8) > 0 ? 0 : random.nextInt(3) - 1);
      int epoch = facts.leaderEpoch() - (random.nextInt(12) > 0 ? 0 : 1);
      return new ReplicaEvent.FollowerProgressed(id, run, epoch, new LogEnds(logEnd, flushed));
    }

    @Override
    public void isrWanted(ReplicaSet isr, int partitionEpoch) {
      assertEquals(ReplicaSet.EMPTY, proposed, "two proposals at once");
      assertEquals(ReplicaSet.EMPTY, now, "two proposals at once");
      assertEquals(facts.partitionEpoch(), partitionEpoch);
      now = isr;
    }
  }
}
