package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Voters of any configuration that lose a leader, with logs, terms and leaders of any kind, by a
 * seed. What must hold whichever answers are lost: whoever stands would be voted for by a majority
 * of those that it heard; and of the same facts one stands at most, and exactly one when all is
 * plain.
 */
class StandModelTest {
  private static final int RUNS = 100_000;
  private static final long TERM = 5;

  /** What is true, and who stood for it. */
  private record World(
      SortedSet<PeerName> current,
      SortedSet<PeerName> previous,
      PeerName leader,
      TreeMap<PeerName, Witness> voters) {
    Witness of(PeerName name) {
      return Objects.requireNonNull(voters.get(name));
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void whoeverStandsWouldBeVotedForAndStandsAlone() {
    long first = Long.getLong("seed", System.nanoTime());
    int runs = System.getProperty("seed") == null ? RUNS : 1;
    int stood = 0;
    for (int i = 0; i < runs; i++) {
      long seed = first + i;
      SplittableRandom random = new SplittableRandom(seed);
      String story = "repeat with -Dseed=" + seed;
      World world = world(random);
      List<PeerName> all = new ArrayList<>();
      for (PeerName self : world.voters().keySet()) {
        TreeMap<PeerName, Witness> heard = new TreeMap<>(world.voters());
        heard.remove(self);
        if (StandRules.decide(facts(world, self, heard)) instanceof StandStep.Stand) {
          all.add(self);
          assertWouldBeVotedFor(world, self, heard, story);
        }
        heard.keySet().removeIf(name -> random.nextInt(3) == 0);
        if (StandRules.decide(facts(world, self, heard)) instanceof StandStep.Stand) {
          assertWouldBeVotedFor(world, self, heard, story);
        }
      }
      assertTrue(all.size() <= 1, () -> story + ": " + all + " stand of " + world);
      assertEquals(
          isPlain(world) ? 1 : all.size(), all.size(), () -> story + ": nobody of " + world);
      stood += all.size();
    }
    assertTrue(runs == 1 || stood > runs / 20, "only " + stood + " of " + runs + " stood");
  }

  private static void assertWouldBeVotedFor(
      World world, PeerName self, SortedMap<PeerName, Witness> heard, String story) {
    assertTrue(
        grants(world.current(), self, heard, world) * 2 > world.current().size(),
        () -> story + ": " + self + " stands without a majority of " + world);
    assertTrue(
        world.previous().isEmpty()
            || grants(world.previous(), self, heard, world) * 2 > world.previous().size(),
        () -> story + ": " + self + " stands without a majority of those before, of " + world);
    for (Witness other : heard.values()) {
      assertTrue(
          other.leaderTerm().orElse(0) < TERM,
          () -> story + ": " + self + " stands against a leader of " + world);
    }
  }

  /** By Raft's own rule: who is not further, and has voted in no later term. */
  private static long grants(
      SortedSet<PeerName> voters, PeerName self, SortedMap<PeerName, Witness> heard, World world) {
    Witness own = world.of(self);
    return voters.stream()
        .filter(name ->
            name.equals(self)
                || (heard.containsKey(name)
                    && world.of(name).term() <= TERM
                    && world.of(name).last().compareTo(own.last()) <= 0))
        .count();
  }

  /** No change, no election, no other leader, a majority there, all logs of the leader's term. */
  private static boolean isPlain(World world) {
    return world.previous().isEmpty()
        && world.current().contains(world.leader())
        && world.voters().size() * 2 > world.current().size()
        && world.voters().values().stream()
            .allMatch(one ->
                one.term() == TERM && one.last().term() == TERM && one.leaderTerm().isEmpty());
  }

  private static StandFacts facts(World world, PeerName self, SortedMap<PeerName, Witness> heard) {
    return new StandFacts(
        self,
        world.current(),
        world.previous(),
        new LostLeader(world.leader(), TERM),
        true,
        world.of(self),
        heard);
  }

  private static World world(SplittableRandom random) {
    int count = 1 + random.nextInt(6);
    boolean calm = random.nextBoolean();
    TreeSet<PeerName> current = new TreeSet<>();
    TreeSet<PeerName> previous = new TreeSet<>();
    boolean changing = !calm && random.nextInt(3) == 0;
    for (int id = 1; id <= count; id++) {
      PeerName name = Nodes.name(id, 1);
      int place = changing ? random.nextInt(4) : 3;
      if (place != 1) {
        current.add(name);
      }
      if (changing && place != 2) {
        previous.add(name);
      }
    }
    PeerName leader = Nodes.name(1 + random.nextInt(count), 1);
    TreeSet<PeerName> everybody = new TreeSet<>(current);
    everybody.addAll(previous);
    everybody.remove(leader);
    TreeMap<PeerName, Witness> voters = new TreeMap<>();
    for (PeerName name : everybody) {
      if (calm || random.nextInt(5) > 0) {
        voters.put(name, witness(random, calm));
      }
    }
    return new World(current, previous, leader, voters);
  }

  private static Witness witness(SplittableRandom random, boolean calm) {
    long term = calm || random.nextInt(8) > 0 ? TERM : TERM - 1 + random.nextInt(3);
    long lastTerm = calm ? TERM : Math.min(term, TERM - random.nextInt(2));
    OptionalLong leader =
        calm || random.nextInt(8) > 0 ? OptionalLong.empty() : OptionalLong.of(term);
    return new Witness(new LastEntry(lastTerm, 10 + random.nextInt(3)), term, leader);
  }
}
