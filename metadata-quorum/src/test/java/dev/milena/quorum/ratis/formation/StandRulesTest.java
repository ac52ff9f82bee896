package dev.milena.quorum.ratis.formation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Voter 1 led in term 7 and is gone; voter 2 decides, unless it says otherwise. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class StandRulesTest {
  private static final long TERM = 7;
  private static final SortedSet<PeerName> NOBODY = new TreeSet<>();
  private static final SortedSet<PeerName> THREE = names(1, 2, 3);
  private static final SortedSet<PeerName> FIVE = names(1, 2, 3, 4, 5);

  @Test
  void ofEqualsTheLowestNodeStands() {
    stands(facts(2, THREE, NOBODY, at(100), others(3, at(100))));
    leaves("n2-", facts(3, THREE, NOBODY, at(100), others(2, at(100))));
  }

  @Test
  void whoIsFurtherStandsWhateverItsId() {
    stands(facts(3, THREE, NOBODY, at(101), others(2, at(100))));
    leaves("n3-", facts(2, THREE, NOBODY, at(100), others(3, at(101))));
  }

  @Test
  void aLaterTermIsFurtherThanALongerLog() {
    Witness ofBefore = new Witness(new LastEntry(TERM - 1, 900), TERM, OptionalLong.empty());
    stands(facts(3, THREE, NOBODY, at(100), others(2, ofBefore)));
    leaves("no entry of the leader's term", facts(2, THREE, NOBODY, ofBefore, others(3, at(100))));
  }

  @Test
  void withoutAMajorityNobodyStands() {
    leaves("no majority", facts(2, THREE, NOBODY, at(100), new TreeMap<>()));
    leaves("no majority", facts(2, FIVE, NOBODY, at(100), others(3, at(100))));
    stands(facts(2, FIVE, NOBODY, at(100), others(3, at(100), 4, at(90))));
    leaves("no majority", facts(2, names(1, 2), NOBODY, at(100), new TreeMap<>()));
  }

  @Test
  void whoHasNoVoteDoesNotCount() {
    leaves("no majority", facts(2, THREE, NOBODY, at(100), others(9, at(100))));
    leaves("does not vote", facts(9, THREE, NOBODY, at(100), others(2, at(90), 3, at(90))));
  }

  @Test
  void duringAChangeBothMajoritiesAreNeeded() {
    SortedSet<PeerName> before = names(1, 2, 3);
    SortedSet<PeerName> after = names(1, 2, 3, 4);
    leaves("no majority", facts(2, after, before, at(100), others(3, at(100))));
    stands(facts(2, after, before, at(100), others(3, at(100), 4, at(100))));
    leaves("no majority", facts(2, names(1, 2, 3), names(1, 2, 4, 5), at(9), others(3, at(9))));
  }

  @Test
  void whoComesOrGoesDoesNotStand() {
    SortedSet<PeerName> before = names(1, 2, 3);
    SortedSet<PeerName> after = names(1, 3, 4);
    leaves("not before and after", facts(4, after, before, at(100), others(2, at(9), 3, at(9))));
    leaves("not before and after", facts(2, after, before, at(100), others(3, at(9), 4, at(9))));
    // nor does it keep an equal from standing
    stands(facts(3, after, before, at(100), others(2, at(100), 4, at(100))));
    leaves("n2-", facts(3, after, before, at(100), others(2, at(101), 4, at(100))));
  }

  @Test
  void aLeaderThatAnybodyHasIsWaitedFor() {
    for (long term : new long[] {TERM, TERM + 1}) {
      Witness led = new Witness(new LastEntry(TERM, 90), TERM, OptionalLong.of(term));
      leaves("has a leader", facts(2, FIVE, NOBODY, at(100), others(3, at(9), 4, at(9), 5, led)));
    }
    Witness behind = new Witness(new LastEntry(TERM - 1, 90), TERM - 1, OptionalLong.of(TERM - 1));
    stands(facts(2, FIVE, NOBODY, at(100), others(3, at(9), 4, behind)));
  }

  @Test
  void anElectionThatHasBegunIsNotDisturbed() {
    Witness later = new Witness(new LastEntry(TERM, 90), TERM + 1, OptionalLong.empty());
    leaves("later term", facts(2, THREE, NOBODY, at(100), others(3, later)));
    leaves(
        "an election meanwhile",
        facts(
            2,
            THREE,
            NOBODY,
            new Witness(new LastEntry(TERM, 100), TERM + 1, OptionalLong.empty()),
            others(3, at(90))));
  }

  @Test
  void aLeaderThatIsNotRefusedIsWaitedFor() {
    StandFacts gone = facts(2, THREE, NOBODY, at(100), others(3, at(100)));
    StandFacts silent =
        new StandFacts(
            gone.self(),
            gone.current(),
            gone.previous(),
            gone.lost(),
            false,
            gone.own(),
            gone.others());
    leaves("may live", silent);
  }

  @Test
  void whoLedItselfAndWhoseLeaderWasLeavingDoNotStand() {
    leaves("the leader itself", facts(1, THREE, NOBODY, at(100), others(2, at(9), 3, at(9))));
    leaves("about to leave", facts(2, names(2, 3), NOBODY, at(100), others(3, at(9))));
  }

  private static void stands(StandFacts facts) {
    assertEquals(new StandStep.Stand(), StandRules.decide(facts));
  }

  private static void leaves(String why, StandFacts facts) {
    StandStep.Leave left = assertInstanceOf(StandStep.Leave.class, StandRules.decide(facts));
    assertTrue(left.why().contains(why), left.why());
  }

  private static StandFacts facts(
      int self,
      SortedSet<PeerName> current,
      SortedSet<PeerName> previous,
      Witness own,
      SortedMap<PeerName, Witness> others) {
    return new StandFacts(
        Nodes.name(self, 1),
        current,
        previous,
        new LostLeader(Nodes.name(1, 1), TERM),
        true,
        own,
        others);
  }

  /** A voter of the term that knows of no leader, with so many entries. */
  private static Witness at(long index) {
    return new Witness(new LastEntry(TERM, index), TERM, OptionalLong.empty());
  }

  /** Node ids and what they answered, in turn. */
  private static SortedMap<PeerName, Witness> others(Object... pairs) {
    TreeMap<PeerName, Witness> others = new TreeMap<>();
    List<Object> all = List.of(pairs);
    for (int i = 0; i < all.size(); i += 2) {
      others.put(Nodes.name((Integer) all.get(i), 1), (Witness) all.get(i + 1));
    }
    return others;
  }

  private static SortedSet<PeerName> names(int... ids) {
    TreeSet<PeerName> names = new TreeSet<>();
    IntStream.of(ids).forEach(id -> names.add(Nodes.name(id, 1)));
    return names;
  }
}
