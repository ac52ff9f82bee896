package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.ratis.proto.RaftProtos.FollowerInfoProto;
import org.apache.ratis.server.DivisionInfo;

/** How lately the quorum had a leader for sure, as a member of it can tell. */
final class LeaderHeard {
  private LeaderHeard() {}

  /** Milliseconds; empty when this member knows of no leader, or has no log. */
  static OptionalLong ms(LocalPeer peer) {
    try {
      DivisionInfo info = peer.calls().division();
      return info.isLeader()
          ? ofLeader(voters(peer), peer.name(), FollowerProgress.of(peer.calls()))
          : ofFollower(info);
    } catch (IOException notOpen) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong ofFollower(DivisionInfo info) {
    if (info.getLeaderId() == null || !info.isFollower()) {
      // Ratis throws when asked for the role of a division that has none yet
      return OptionalLong.empty();
    }
    FollowerInfoProto follower = info.getRoleInfoProto().getFollowerInfo();
    return follower.hasLeaderInfo()
        ? OptionalLong.of(follower.getLeaderInfo().getLastRpcElapsedTimeMs())
        : OptionalLong.empty();
  }

  private static Set<PeerName> voters(LocalPeer peer) {
    Set<PeerName> names = new TreeSet<>();
    Optional<Formation> voters = peer.calls().voters();
    voters.ifPresent(known -> known.peers().forEach(one -> names.add(one.name())));
    return names;
  }

  /**
   * A leader is one as long as a majority, itself among it, takes it for one: since the last answer
   * of whoever completes the majority.
   */
  static OptionalLong ofLeader(Set<PeerName> voters, PeerName self, List<FollowerProgress> others) {
    int needed = voters.size() / 2;
    if (needed == 0) {
      return OptionalLong.of(0);
    }
    return others.stream()
        .filter(other -> voters.contains(other.name()) && !other.name().equals(self))
        .mapToLong(FollowerProgress::silentMs)
        .sorted()
        .skip(needed - 1L)
        .findFirst();
  }
}
