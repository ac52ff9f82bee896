package dev.milena.replication;

import java.util.Optional;
import java.util.TreeMap;

/**
 * What a leader knows of its followers in its present epoch: those that are replicas, and no
 * others.
 */
final class FollowerProgress {
  private final TreeMap<Integer, Follower> followers = new TreeMap<>();

  /** The replicas are these now; of new ones nothing is known yet. */
  void replicasAre(ReplicaSet replicas, int self, long nowMs, long leaderEnd) {
    followers.keySet().removeIf(id -> !replicas.contains(id));
    for (int place = 0; place < replicas.size(); place++) {
      int id = replicas.id(place);
      if (id != self && !followers.containsKey(id)) {
        followers.put(id, new Follower(nowMs, leaderEnd));
      }
    }
  }

  /** The image's in-sync replicas were the first and are the second from now on. */
  void inSyncChanged(ReplicaSet before, ReplicaSet now, long nowMs, ReplicaSettings settings) {
    followers.forEach((id, follower) -> {
      if (now.contains(id) && !before.contains(id)) {
        follower.joined(nowMs);
      } else if (before.contains(id) && !now.contains(id)) {
        follower.left(nowMs, settings);
      }
    });
  }

  /** Nothing for a broker that is no replica. */
  Optional<Follower> of(int broker) {
    return Optional.ofNullable(followers.get(broker));
  }

  /** What a follower told last, {@link LogEnds#UNKNOWN} before its first report. */
  LogEnds endsOf(int broker) {
    Follower follower = followers.get(broker);
    return follower == null ? LogEnds.UNKNOWN : follower.ends();
  }

  /** The leader is about to append, or another policy to count; called for every append. */
  void beforeChange(long nowMs, long leaderEnd, FlushPolicy policy) {
    for (Follower follower : followers.values()) {
      follower.beforeChange(nowMs, follower.ends().countedEnd(policy), leaderEnd);
    }
  }
}
