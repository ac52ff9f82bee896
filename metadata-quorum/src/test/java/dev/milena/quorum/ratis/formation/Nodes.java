package dev.milena.quorum.ratis.formation;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/** Voters and their names for tests. */
final class Nodes {
  static final String CLUSTER = "cluster-a";

  private Nodes() {}

  static Voter voter(int id) {
    return new Voter(id, "h" + id, 9093);
  }

  static List<Voter> voters(int... ids) {
    return IntStream.of(ids).mapToObj(Nodes::voter).toList();
  }

  /** The name of a node's n-th directory. */
  static PeerName name(int id, int directory) {
    return PeerName.of(id, new UUID(id, directory));
  }

  static Peer peer(int id, int directory) {
    return new Peer(name(id, directory), "h" + id, 9093);
  }

  static Formation formation(int... ids) {
    return new Formation(IntStream.of(ids).mapToObj(id -> peer(id, 1)).toList());
  }

  static Introduction introduction(int id, int directory) {
    return new Introduction(CLUSTER, name(id, directory), Optional.empty());
  }

  static Answer introduced(Introduction introduction) {
    return new Answer.Introduced(new IntroductionReply(introduction, ""));
  }

  static SortedMap<Integer, Answer> answers(Introduction... introductions) {
    TreeMap<Integer, Answer> answers = new TreeMap<>();
    for (Introduction introduction : introductions) {
      answers.put(introduction.peer().nodeId(), introduced(introduction));
    }
    return answers;
  }
}
