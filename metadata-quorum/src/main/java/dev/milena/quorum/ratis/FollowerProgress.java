package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.server.DivisionInfo;

/**
 * What a leader knows of another member, at one moment.
 *
 * @param matchIndex of the last entry that is known to be on its disk
 * @param nextIndex of the next entry that it will be sent
 * @param silentMs milliseconds since it answered last; of one that this leader has not heard yet,
 *     more than that leads: Ratis counts it as silent for the time-out of an election before
 * @param leadsMs for how long the leader leads, in milliseconds
 */
record FollowerProgress(
    PeerName name, long matchIndex, long nextIndex, long silentMs, long leadsMs) {
  private static final int ATTEMPTS = 3;

  /** Whether it has answered this leader in this term. */
  boolean isHeard() {
    return silentMs <= leadsMs;
  }

  /** Of all other members; none when this one does not lead. */
  static List<FollowerProgress> of(RatisCalls calls) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        Optional<List<FollowerProgress>> read = readOnce(calls.division());
        if (read.isPresent()) {
          return read.get();
        }
      } catch (IOException notOpen) {
        return List.of();
      }
    }
    return List.of();
  }

  private static Optional<List<FollowerProgress>> readOnce(DivisionInfo division) {
    try {
      return read(division);
    } catch (IllegalStateException deposed) {
      // Ratis throws it when a later term begins while it tells of this one
      return Optional.empty();
    }
  }

  /**
   * Ratis tells names and indexes in separate lists of the same order, which may change between the
   * two; nothing when it did.
   */
  private static Optional<List<FollowerProgress>> read(DivisionInfo division) {
    if (!division.isLeader()) {
      // a division that has just been opened has no role yet, and Ratis throws when asked for it
      return Optional.of(List.of());
    }
    List<ServerRpcProto> before = followers(division);
    long[] match = division.getFollowerMatchIndices();
    long[] next = division.getFollowerNextIndices();
    RoleInfoProto role = division.getRoleInfoProto();
    List<ServerRpcProto> after = role.getLeaderInfo().getFollowerInfoList();
    if (match == null || next == null) {
      return Optional.of(List.of());
    }
    if (!ids(before).equals(ids(after))
        || match.length != after.size()
        || next.length != after.size()) {
      return Optional.empty();
    }
    List<FollowerProgress> all = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      ServerRpcProto follower = after.get(i);
      Optional<PeerName> name = PeerName.parse(follower.getId().getId().toStringUtf8());
      if (name.isPresent()) {
        all.add(
            new FollowerProgress(
                name.get(),
                match[i],
                next[i],
                follower.getLastRpcElapsedTimeMs(),
                role.getRoleElapsedTimeMs()));
      }
    }
    return Optional.of(List.copyOf(all));
  }

  private static List<ServerRpcProto> followers(DivisionInfo division) {
    return division.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
  }

  private static List<String> ids(List<ServerRpcProto> followers) {
    return followers.stream().map(follower -> follower.getId().getId().toStringUtf8()).toList();
  }
}
