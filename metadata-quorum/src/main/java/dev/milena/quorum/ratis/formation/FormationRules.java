package dev.milena.quorum.ratis.formation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Decides how named voters become a quorum, once. Pure: facts in, a step out.
 *
 * <p>Two voters that formed a quorum each, unknown to one another, would be two clusters under one
 * name. So only the voter with the lowest node id forms, only when every other one has answered,
 * and only when none of them knows of a quorum. What it forms names directories, not nodes: a voter
 * that was emptied since has another name, and is not in it.
 */
public final class FormationRules {
  private static final String KEY = "controller.quorum.voters";

  private FormationRules() {}

  /**
   * The next step of a named voter that has neither a log nor a formation.
   *
   * @param self its cluster and name
   * @param voters the named ones, itself among them
   * @param answers of the others, by node id; one that is missing was not asked yet
   */
  public static FormationStep decide(
      Introduction self, List<Voter> voters, SortedMap<Integer, Answer> answers) {
    List<Voter> others =
        voters.stream().filter(voter -> voter.id() != self.peer().nodeId()).toList();
    List<Peer> peers = new ArrayList<>();
    Optional<Formation> known = Optional.empty();
    List<String> silent = new ArrayList<>();
    for (Voter other : others) {
      switch (answers.getOrDefault(other.id(), new Answer.Silent("not asked yet"))) {
        case Answer.Silent(String why) -> silent.add(other + " does not answer: " + why);
        case Answer.Introduced(IntroductionReply reply) -> {
          Introduction said = reply.introduction();
          Optional<String> contradiction = contradiction(self, voters, other, reply);
          if (contradiction.isPresent()) {
            return new FormationStep.Refuse(contradiction.get());
          }
          peers.add(new Peer(said.peer(), other.host(), other.port()));
          known = known.or(said::formation);
        }
      }
    }
    if (known.isPresent()) {
      return formed(self, voters, known.get());
    }
    return alone(self, voters, peers, silent);
  }

  /**
   * A quorum that was formed of another list is not the one that this node was to be of: with fewer
   * voters it would be safe against less than its operator believes.
   */
  private static FormationStep formed(Introduction self, List<Voter> voters, Formation formation) {
    if (!formation.contains(self.peer())) {
      return new FormationStep.Stranger(formation);
    }
    return ListedVoters.difference(voters, formation)
        .<FormationStep>map(both ->
            new FormationStep.Refuse(
                both
                    + ": give this node the quorum's list (kafkactl quorum --add-voter adds voters later); or, if the other list is the wrong one and nothing is stored yet, delete the data of the nodes that formed it and start all with one list"))
        .orElseGet(() -> new FormationStep.Adopt(formation));
  }

  private static FormationStep alone(
      Introduction self, List<Voter> voters, List<Peer> peers, List<String> silent) {
    Voter lowest = voters.stream().min((a, b) -> Integer.compare(a.id(), b.id())).orElseThrow();
    if (lowest.id() == self.peer().nodeId()) {
      if (!silent.isEmpty()) {
        return new FormationStep.Wait(silent);
      }
      peers.add(new Peer(self.peer(), lowest.host(), lowest.port()));
      return new FormationStep.Form(new Formation(peers));
    }
    List<String> waitingFor = new ArrayList<>(silent);
    if (silent.stream().noneMatch(one -> one.startsWith(lowest + " "))) {
      waitingFor.add(lowest + " has not formed the quorum yet: it asks every named voter first");
    }
    return new FormationStep.Wait(waitingFor);
  }

  /**
   * Unless cluster.id is set it follows from the list, so two clusters mostly are two lists. The
   * other's is not known here; it says it itself, for it meets this node too.
   */
  private static String otherCluster(
      Introduction self, List<Voter> voters, Voter other, Introduction said) {
    String list = String.join(",", voters.stream().map(Voter::toString).toList());
    return "%s names %s, and that node is of another cluster: %s, while this one is of %s. Unless cluster.id is set it follows from %s, which is %s here: give all of them the same list, letter by letter, or the same cluster.id; a node that holds nothing yet takes it at its next start"
        .formatted(KEY, other, said.clusterId(), self.clusterId(), KEY, list);
  }

  private static Optional<String> contradiction(
      Introduction self, List<Voter> voters, Voter other, IntroductionReply reply) {
    Introduction said = reply.introduction();
    if (!said.clusterId().equals(self.clusterId())) {
      return Optional.of(otherCluster(self, voters, other, said));
    }
    if (said.peer().nodeId() != other.id()) {
      return Optional.of(
          "%s names %s, and the node at that address has node.id %s: correct the list, or that node's node.id"
              .formatted(KEY, other, said.peer().nodeId()));
    }
    return reply.isRefused()
        ? Optional.of("%s names %s, which refuses: %s".formatted(KEY, other, reply.refused()))
        : Optional.empty();
  }

  /**
   * The answer to a question of another node.
   *
   * @param self this node, and what it knows of a quorum
   */
  public static IntroductionReply answer(Introduction self, IntroductionRequest request) {
    Introduction withoutFormation =
        new Introduction(self.clusterId(), self.peer(), Optional.empty());
    if (!request.clusterId().equals(self.clusterId())) {
      return new IntroductionReply(
          withoutFormation,
          "node %s is of cluster %s; the caller, node %s, is of cluster %s"
              .formatted(
                  self.peer().nodeId(),
                  self.clusterId(),
                  request.caller().nodeId(),
                  request.clusterId()));
    }
    if (request.caller().nodeId() == self.peer().nodeId()
        && !request.caller().equals(self.peer())) {
      return new IntroductionReply(
          withoutFormation,
          "node.id %s is taken: it is this node's; give the caller another one"
              .formatted(self.peer().nodeId()));
    }
    return new IntroductionReply(self, "");
  }
}
