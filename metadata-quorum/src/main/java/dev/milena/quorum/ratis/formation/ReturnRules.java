package dev.milena.quorum.ratis.formation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides when a voter that comes back may open its log, and how far the log must reach for it.
 * Pure: facts in, a step out.
 *
 * <p>A voter whose disk was put back to an earlier state has forgotten what it acknowledged, and
 * with it a majority may elect a leader that does not have it. Its own disk cannot tell; the others
 * can. Without a majority there is no leader anyway, so it waits for one. What they tell is of its
 * earlier runs, for in this one it has not taken part yet.
 *
 * <p>Who votes may have changed while it was away: a majority of those whom its disk knows, or of
 * those whom a voter tells that counts it among them too, is enough. A voter that is alone by its
 * disk needs nobody, and that is why it asks whom the settings name besides: on a disk of the day
 * before others were taken in it would lead a quorum of its own. That somebody has said so once is
 * not forgotten when he is silent.
 */
public final class ReturnRules {
  /** How long those who do not answer are waited for, where no leader does, in milliseconds. */
  public static final long LATE_MS = 1_500;

  /** And where a leader does: it knows most, but who led before it may know more. */
  public static final long LEADER_LATE_MS = 200;

  private ReturnRules() {}

  /**
   * Whether a voter asks anybody before it opens its log.
   *
   * @param traces of who votes on its disk, the newest first; without any nobody voted yet
   * @param named in the settings
   */
  public static boolean asks(PeerName self, List<Formation> traces, List<Voter> named) {
    return !traces.isEmpty()
        && (traces.getFirst().hasOthers(self)
            || named.stream().anyMatch(voter -> voter.id() != self.nodeId()));
  }

  /** The next step, while all of {@link #toAsk} are asked. */
  public static ReturnStep decide(ReturnFacts facts) {
    if (!formations(facts).isEmpty()) {
      return amongOthers(facts);
    }
    Map<Voter, Formation> told = told(facts);
    return told.isEmpty() ? alone(facts) : outside(facts, told);
  }

  /**
   * Nobody is known to vote with it, and nobody to vote without it. Only of this round it may be
   * said that nobody answers: what was heard in an earlier one nobody has taken back.
   */
  private static ReturnStep alone(ReturnFacts facts) {
    boolean all = facts.answers().keySet().containsAll(toAsk(facts));
    return all || facts.waited().forRoundMs() >= LATE_MS
        ? new ReturnStep.Open(mustReach(facts, List.of()))
        : new ReturnStep.Wait(waitingFor(facts, new TreeMap<>()));
  }

  /** Others vote, by what they say, and none of them says now that this one votes with them. */
  private static ReturnStep outside(ReturnFacts facts, Map<Voter, Formation> told) {
    List<String> waitingFor = new ArrayList<>();
    new TreeMap<>(told)
        .forEach((voter, quorum) ->
            waitingFor.add(
                quorum.contains(facts.self().peer())
                    ? "%s has said that this node votes in a quorum of %s, and does not say so now"
                        .formatted(voter, quorum.peers())
                    : "%s is a voter of a quorum of %s, and by its disk this node votes alone. Ask that one who leads (kafkactl quorum --describe). If that quorum has a leader, this node's disk is of before: take the node in again, emptied. If it has none, and it is that one's disk that is of before, stop that one, and start this node again, with its disk as it is"
                        .formatted(voter, quorum.peers())));
    waitingFor.addAll(waitingFor(facts, new TreeMap<>()));
    return new ReturnStep.Wait(waitingFor);
  }

  /**
   * What voters have said of whom their quorum is, in this round or before: the last word of each,
   * but for what is older than the disk. A voter that is alone by its disk and was told of a quorum
   * is not alone any more, whoever is silent afterwards.
   */
  public static Map<Voter, Formation> told(ReturnFacts facts) {
    TreeMap<Voter, Formation> told = new TreeMap<>(facts.toldBefore());
    facts
        .answers()
        .forEach((voter, answer) ->
            ofThisCluster(facts, answer)
                .filter(reply -> !isOutdated(facts, reply))
                .map(IntroductionReply::introduction)
                .flatMap(said -> said.formation().filter(voters -> voters.contains(said.peer())))
                .ifPresent(voters -> told.put(voter, voters)));
    return told;
  }

  private static ReturnStep amongOthers(ReturnFacts facts) {
    SortedMap<PeerName, IntroductionReply> heard = heard(facts);
    boolean all =
        formations(facts).stream()
            .anyMatch(voters -> others(facts, voters) == answered(voters, heard));
    boolean leader = heard.values().stream().anyMatch(reply -> reply.reached().leads());
    long lateMs = leader ? LEADER_LATE_MS : LATE_MS;
    if (isEnough(facts) && (all || facts.waited().enoughForMs() >= lateMs)) {
      return new ReturnStep.Open(mustReach(facts, heard.values()));
    }
    return new ReturnStep.Wait(waitingFor(facts, heard));
  }

  /**
   * Whether a majority of the voters, itself counted if it is one, has answered; never of one that
   * is alone, which nobody need answer.
   */
  public static boolean isEnough(ReturnFacts facts) {
    SortedMap<PeerName, IntroductionReply> heard = heard(facts);
    return formations(facts).stream()
        .anyMatch(voters -> answered(voters, heard) >= othersForMajority(facts, voters));
  }

  private static long othersForMajority(ReturnFacts facts, Formation voters) {
    long itself = voters.contains(facts.self().peer()) ? 1 : 0;
    return (others(facts, voters) + itself) / 2 + 1 - itself;
  }

  /**
   * Whom to ask: the voters by all that is known of them.
   *
   * @param facts of the last round; before the first, without answers
   */
  public static Set<Voter> toAsk(ReturnFacts facts) {
    LinkedHashSet<Voter> all = new LinkedHashSet<>(facts.named());
    List<Formation> known = new ArrayList<>(formations(facts));
    known.addAll(facts.traces().newestFirst());
    known.addAll(new TreeMap<>(facts.toldBefore()).values());
    facts.self().formation().ifPresent(known::add);
    for (Formation voters : known) {
      for (Peer peer : voters.peers()) {
        all.add(new Voter(peer.name().nodeId(), peer.host(), peer.port()));
      }
    }
    all.removeIf(voter -> voter.id() == facts.self().peer().nodeId());
    return all;
  }

  /**
   * Whether a log ends before an entry that it had. If it does not, it has that entry: entries of
   * one term are all of one leader's log, and later leaders have what was agreed on.
   *
   * @param last its last entry
   */
  public static boolean isShort(LastEntry last, LastEntry mustReach) {
    return last.index() < mustReach.index() || last.term() < mustReach.term();
  }

  private static long others(ReturnFacts facts, Formation voters) {
    PeerName self = facts.self().peer();
    return voters.peers().stream().filter(peer -> !peer.name().equals(self)).count();
  }

  private static long answered(Formation voters, SortedMap<PeerName, IntroductionReply> heard) {
    return voters.peers().stream().filter(peer -> heard.containsKey(peer.name())).count();
  }

  /**
   * Whether another's list of voters is older than the disk of one that is alone by it, on which
   * that other was a voter before. Nobody goes on without this one by such a list: that it is alone
   * was agreed on by a majority of the voters before, and is in the log of whoever leads after.
   *
   * <p>The index alone would not do: a disk of the first day that has led by mistake once, with
   * nobody else up, has later entries too, and has never heard of the others.
   */
  private static boolean isOutdated(ReturnFacts facts, IntroductionReply reply) {
    OptionalLong own = facts.traces().newestIndex();
    OptionalLong told = reply.reached().votersIndex();
    boolean alone =
        facts.traces().newestFirst().stream()
            .limit(1)
            .noneMatch(voters -> voters.hasOthers(facts.self().peer()));
    return alone
        && facts.traces().newestFirst().stream()
            .anyMatch(voters -> voters.contains(reply.introduction().peer()))
        && own.isPresent()
        && told.isPresent()
        && told.getAsLong() < own.getAsLong();
  }

  /**
   * Quorums in which this node may have a vote beside others; a majority of any of these is enough.
   */
  private static Collection<Formation> formations(ReturnFacts facts) {
    LinkedHashSet<Formation> all = new LinkedHashSet<>();
    facts.traces().newestFirst().stream().limit(1).forEach(all::add);
    // one that names this node may be of long ago; another is of who wants it as a voter
    facts
        .self()
        .formation()
        .filter(voters -> !voters.contains(facts.self().peer()))
        .ifPresent(all::add);
    for (IntroductionReply reply : ofThisCluster(facts)) {
      Introduction said = reply.introduction();
      said.formation()
          .filter(_ -> !isOutdated(facts, reply))
          .filter(voters -> voters.contains(facts.self().peer()) && voters.contains(said.peer()))
          .ifPresent(all::add);
    }
    // who voted alone once needs nobody for a majority, and may do so no longer
    all.removeIf(voters -> !voters.hasOthers(facts.self().peer()));
    return all;
  }

  /** Voters that answered. */
  private static SortedMap<PeerName, IntroductionReply> heard(ReturnFacts facts) {
    Collection<Formation> formations = formations(facts);
    TreeMap<PeerName, IntroductionReply> heard = new TreeMap<>();
    for (IntroductionReply reply : ofThisCluster(facts)) {
      PeerName name = reply.introduction().peer();
      if (formations.stream().anyMatch(voters -> voters.contains(name))) {
        heard.put(name, reply);
      }
    }
    return heard;
  }

  private static List<IntroductionReply> ofThisCluster(ReturnFacts facts) {
    return new TreeMap<>(facts.answers())
        .values().stream().flatMap(answer -> ofThisCluster(facts, answer).stream()).toList();
  }

  /** What another node of this cluster has said, if it has. */
  private static Optional<IntroductionReply> ofThisCluster(ReturnFacts facts, Answer answer) {
    return switch (answer) {
      // said where it is waited for
      case Answer.Silent _ -> Optional.empty();
      case Answer.Introduced(IntroductionReply reply) -> {
        Introduction said = reply.introduction();
        yield Optional.of(reply)
            .filter(ours ->
                !ours.isRefused()
                    && said.clusterId().equals(facts.self().clusterId())
                    && !said.peer().equals(facts.self().peer()));
      }
    };
  }

  private static List<LastEntry> mustReach(ReturnFacts facts, Collection<IntroductionReply> heard) {
    LinkedHashSet<LastEntry> all = new LinkedHashSet<>();
    facts.noted().ifPresent(all::add);
    heard.forEach(reply -> reply.reached().entry().ifPresent(all::add));
    return List.copyOf(all);
  }

  private static List<String> waitingFor(
      ReturnFacts facts, SortedMap<PeerName, IntroductionReply> heard) {
    List<String> waitingFor = new ArrayList<>();
    for (Voter voter : toAsk(facts)) {
      Answer answer = facts.answers().getOrDefault(voter, new Answer.Silent("not yet"));
      switch (answer) {
        case Answer.Silent(String why) -> waitingFor.add(voter + " does not answer: " + why);
        case Answer.Introduced(IntroductionReply reply) -> {
          Introduction said = reply.introduction();
          if (reply.isRefused()) {
            waitingFor.add("%s refuses: %s".formatted(voter, reply.refused()));
          } else if (!heard.containsKey(said.peer())) {
            waitingFor.add(
                "%s is %s of cluster %s, and no voter of this quorum"
                    .formatted(voter, said.peer(), said.clusterId()));
          }
        }
      }
    }
    waitingFor.sort(null);
    return waitingFor;
  }
}
