package dev.milena.quorum.ratis.formation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides whether the voters may change as an operator wishes. Pure: facts in, a step out. */
public final class VoterRules {
  /** More voters make every commit slower and no quorum safer. */
  public static final int MAX_VOTERS = 9;

  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  private VoterRules() {}

  /**
   * A node becomes a voter; in the place of the voter of its id, if that had another directory.
   *
   * @param wished as the operator named it
   * @param reply what that node says of itself
   */
  public static VoterStep add(VoterFacts facts, Voter wished, IntroductionReply reply) {
    Optional<String> wrong = wrong(facts, wished, reply);
    if (wrong.isPresent()) {
      return new VoterStep.Refuse(VoterFault.WRONG_NODE, wrong.get());
    }
    if (reply.isRefused()) {
      return notNow("node %s refuses: %s".formatted(wished, reply.refused()));
    }
    Optional<Peer> voting =
        facts
            .voters()
            .ofNode(wished.id())
            .filter(voter -> voter.name().equals(reply.introduction().peer()));
    if (voting.isPresent()) {
      return notNow(
          "node %s is a voter already, at %s; to give it another address, remove it first"
              .formatted(wished.id(), voting.get().address()));
    }
    if (facts.lingering().contains(reply.introduction().peer())) {
      return new VoterStep.LeadElsewhere(reply.introduction().peer());
    }
    // a newcomer votes at once, and must reach its leader
    return facts.elsewhere().isPresent()
        ? notNow(facts.elsewhere().get().atAdding())
        : added(facts, wished, reply);
  }

  /** Whether a node that is told to listen there does so at every address of its own. */
  public static boolean isEverywhere(String host) {
    return host.isEmpty() || ANY_ADDRESS.contains(host);
  }

  /** Why nobody can be met at an address, whoever listens there. */
  public static Optional<String> unmeetable(Voter wished) {
    return ANY_ADDRESS.contains(wished.host())
        ? Optional.of(
            "%s is where a node listens at every address of its own, and no address to meet it at: name one that the others reach"
                .formatted(wished.host()))
        : Optional.empty();
  }

  private static VoterStep added(VoterFacts facts, Voter wished, IntroductionReply reply) {
    Peer newcomer = new Peer(reply.introduction().peer(), wished.host(), wished.port());
    List<Peer> next = new ArrayList<>(without(facts.voters(), wished.id()));
    for (Peer peer : next) {
      if (peer.address().equals(newcomer.address())) {
        return new VoterStep.Refuse(
            VoterFault.WRONG_NODE,
            "%s is the address of node %s, which is a voter"
                .formatted(peer.address(), peer.name().nodeId()));
      }
    }
    next.add(newcomer);
    return next.size() > MAX_VOTERS
        ? notNow("a quorum has at most %s voters; remove one first".formatted(MAX_VOTERS))
        : new VoterStep.Change(new Formation(next));
  }

  private static Optional<String> wrong(VoterFacts facts, Voter wished, IntroductionReply reply) {
    Introduction said = reply.introduction();
    if (!said.clusterId().equals(facts.self().clusterId())) {
      return Optional.of(
          "the node at %s:%s is of cluster %s, this one is %s"
              .formatted(wished.host(), wished.port(), said.clusterId(), facts.self().clusterId()));
    }
    if (said.peer().nodeId() != wished.id()
        && facts.voters().peers().stream().anyMatch(peer -> peer.name().equals(said.peer()))) {
      return Optional.of(
          "node %s, a voter already, listens at %s:%s; name the quorum listener of node %s"
              .formatted(said.peer().nodeId(), wished.host(), wished.port(), wished.id()));
    }
    if (said.peer().nodeId() != wished.id()) {
      return Optional.of(
          "the node at %s:%s has node.id %s, not %s: add it as %s@%s:%s"
              .formatted(
                  wished.host(),
                  wished.port(),
                  said.peer().nodeId(),
                  wished.id(),
                  said.peer().nodeId(),
                  wished.host(),
                  wished.port()));
    }
    return Optional.empty();
  }

  private static VoterStep notNow(String why) {
    return new VoterStep.Refuse(VoterFault.NOT_NOW, why);
  }

  /** A node is a voter no longer. */
  public static VoterStep remove(VoterFacts facts, int nodeId) {
    if (facts.voters().ofNode(nodeId).isEmpty()) {
      return new VoterStep.Refuse(
          VoterFault.WRONG_NODE,
          "node %s is not a voter; the voters are %s".formatted(nodeId, facts.voters().peers()));
    }
    List<Peer> rest = without(facts.voters(), nodeId);
    if (rest.isEmpty()) {
      return notNow("node %s is the last voter; add another one first".formatted(nodeId));
    }
    List<Peer> silent =
        rest.stream().filter(peer -> !facts.answering().contains(peer.name())).toList();
    int needed = rest.size() / 2 + 1;
    if (rest.size() - silent.size() < needed) {
      return notNow(
          "without node %s there are %s voters, of whom %s must answer, and %s do not: bring them back first"
              .formatted(nodeId, rest.size(), needed, silent));
    }
    PeerName leader = facts.self().peer();
    return leader.nodeId() == nodeId
        ? new VoterStep.LeadElsewhere(leader)
        : new VoterStep.Change(new Formation(rest));
  }

  private static List<Peer> without(Formation voters, int nodeId) {
    return voters.peers().stream().filter(peer -> peer.name().nodeId() != nodeId).toList();
  }
}
