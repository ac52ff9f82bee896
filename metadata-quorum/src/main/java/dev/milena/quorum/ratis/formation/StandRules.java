package dev.milena.quorum.ratis.formation;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Decides which voter stands for election when the leader's process is gone, before the election's
 * time-out. Pure: facts in, a step out.
 *
 * <p>An election that is begun at once asks nobody first whether it may (it has no pre-vote), so
 * this decision takes that question's place: whoever stands is as far as a majority, and none of
 * the voters that answered knows of a leader. Of the same facts one voter at most stands. Every
 * doubt is left to the time-out, which costs a second.
 */
public final class StandRules {
  private StandRules() {}

  /** Whether this voter is the one to stand. */
  public static StandStep decide(StandFacts facts) {
    return doubtOfLoss(facts)
        .or(() -> doubtOfSelf(facts))
        .or(() -> objection(facts))
        .or(() -> minority(facts))
        .<StandStep>map(StandStep.Leave::new)
        .orElseGet(StandStep.Stand::new);
  }

  private static Optional<String> doubtOfLoss(StandFacts facts) {
    if (facts.lost().leader().equals(facts.self())) {
      return Optional.of("it was the leader itself");
    }
    if (!facts.current().contains(facts.lost().leader())) {
      return Optional.of("the leader was about to leave");
    }
    return facts.refused()
        ? Optional.empty()
        : Optional.of("the leader's port does not refuse: it may live");
  }

  private static Optional<String> doubtOfSelf(StandFacts facts) {
    if (!mayStand(facts, facts.self())) {
      return Optional.of("it does not vote, or not before and after the change of the voters");
    }
    if (facts.own().term() != facts.lost().term() || facts.own().leaderTerm().isPresent()) {
      return Optional.of("there was an election meanwhile");
    }
    return facts.own().last().term() == facts.lost().term()
        ? Optional.empty()
        : Optional.of("its log has no entry of the leader's term");
  }

  private static Optional<String> objection(StandFacts facts) {
    for (Map.Entry<PeerName, Witness> other : facts.others().entrySet()) {
      Optional<String> why = objection(facts, other.getKey(), other.getValue());
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> objection(StandFacts facts, PeerName name, Witness other) {
    long term = facts.lost().term();
    if (other.leaderTerm().isPresent() && other.leaderTerm().getAsLong() >= term) {
      return Optional.of("voter %s has a leader".formatted(name));
    }
    if (other.term() > term) {
      return Optional.of("voter %s is in a later term".formatted(name));
    }
    int further = other.last().compareTo(facts.own().last());
    boolean precedes = mayStand(facts, name) && name.compareTo(facts.self()) < 0;
    return further > 0 || (further == 0 && precedes)
        ? Optional.of("voter %s is to stand".formatted(name))
        : Optional.empty();
  }

  private static Optional<String> minority(StandFacts facts) {
    return isMajority(facts, facts.current())
            && (facts.previous().isEmpty() || isMajority(facts, facts.previous()))
        ? Optional.empty()
        : Optional.of("no majority answers");
  }

  /** Nobody who answered is further: all of them would vote for this one. */
  private static boolean isMajority(StandFacts facts, SortedSet<PeerName> voters) {
    long supporters =
        voters.stream()
            .filter(name -> name.equals(facts.self()) || facts.others().containsKey(name))
            .count();
    return 2 * supporters > voters.size();
  }

  /** A newcomer does not stand before the change is over, and who leaves not after it has begun. */
  private static boolean mayStand(StandFacts facts, PeerName name) {
    return facts.current().contains(name)
        && (facts.previous().isEmpty() || facts.previous().contains(name));
  }
}
