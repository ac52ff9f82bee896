package dev.milena.client;

import dev.milena.proto.v1.PartitionDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the replicas of a {@link FakeCluster}'s partitions are; a move is over after some looks.
 */
final class FakeMoves {
  private static final List<Integer> FIRST = List.of(1);

  private final Map<TopicPartition, List<Integer>> replicas = new TreeMap<>();
  private final Map<TopicPartition, Move> moves = new TreeMap<>();
  private int looks = 2;
  private boolean calledBack;

  private record Move(List<Integer> target, int looksLeft) {}

  synchronized void endAfter(int manyLooks) {
    looks = manyLooks;
  }

  /** They end where they began. */
  synchronized void callBackAfter(int manyLooks) {
    looks = manyLooks;
    calledBack = true;
  }

  synchronized List<Integer> settled(TopicPartition where) {
    Move move = moves.get(where);
    return move == null ? replicas.getOrDefault(where, FIRST) : move.target();
  }

  /** Whether there is anything to do. */
  synchronized boolean begin(TopicPartition where, List<Integer> target) {
    if (settled(where).equals(target)) {
      return false;
    }
    moves.put(where, new Move(List.copyOf(target), looks));
    return true;
  }

  /** How many moves of a topic are called back. */
  synchronized int callBack(String topic) {
    int before = moves.size();
    moves.keySet().removeIf(where -> where.topic().equals(topic));
    return before - moves.size();
  }

  /** What a look shows of it, after which it is a step further. */
  synchronized void show(TopicPartition where, PartitionDescription.Builder shown) {
    List<Integer> origin = replicas.getOrDefault(where, FIRST);
    Move move = moves.get(where);
    if (move == null) {
      shown.addAllReplicas(origin);
      return;
    }
    List<Integer> adding = new ArrayList<>(move.target());
    adding.removeAll(origin);
    List<Integer> removing = new ArrayList<>(origin);
    removing.removeAll(move.target());
    if (move.looksLeft() == 0) {
      moves.remove(where);
      List<Integer> now = calledBack ? origin : move.target();
      replicas.put(where, now);
      shown.addAllReplicas(now);
      return;
    }
    moves.put(where, new Move(move.target(), move.looksLeft() - 1));
    shown
        .addAllReplicas(move.target())
        .addAllReplicas(removing)
        .addAllTargetReplicas(move.target())
        .addAllAddingReplicas(adding)
        .addAllRemovingReplicas(removing);
  }
}
