package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/** Reads off Ratis how a member stands. Any thread; nothing is asked of other members. */
final class StatusReader {
  private static final long NOTHING = -1;

  private StatusReader() {}

  static QuorumStatus read(int nodeId, Membership membership) {
    LocalPeer peer = membership.peer();
    QuorumStage stage = membership.stage();
    long appliedIndex = peer.replica().view().appliedIndex();
    try {
      RaftServer.Division division = peer.server().getDivision(peer.calls().groupId());
      DivisionInfo info = division.getInfo();
      RaftLog log = division.getRaftLog();
      return new QuorumStatus(
          nodeId,
          stage,
          info.isLeaderReady(),
          new LeaderSight(nodeId(info.getLeaderId()), LeaderHeard.ms(peer)),
          info.getCurrentTerm(),
          voters(peer, log.getNextIndex()),
          new LogStatus(
              log.getStartIndex(),
              log.getNextIndex(),
              log.getLastCommittedIndex(),
              appliedIndex,
              log.getSnapshotIndex()));
    } catch (IOException | IllegalStateException notOpen) {
      // Ratis throws the latter while it opens or closes the log
      return new QuorumStatus(
          nodeId,
          stage,
          false,
          LeaderSight.NONE,
          0,
          List.of(),
          new LogStatus(NOTHING, NOTHING, NOTHING, appliedIndex, NOTHING));
    }
  }

  static OptionalInt nodeId(@Nullable RaftPeerId peer) {
    return Optional.ofNullable(peer).stream()
        .flatMap(id -> PeerName.parse(id.toString()).stream())
        .mapToInt(PeerName::nodeId)
        .findFirst();
  }

  private static List<VoterStatus> voters(LocalPeer peer, long logEndIndex) {
    TreeMap<PeerName, VoterProgress> progress = new TreeMap<>();
    List<FollowerProgress> followers = FollowerProgress.of(peer.calls());
    for (FollowerProgress follower : followers) {
      progress.put(follower.name(), progress(follower, logEndIndex));
    }
    if (peer.calls().leads()) {
      progress.put(peer.name(), new VoterProgress.Known(logEndIndex - 1, logEndIndex, 0, 0));
    }
    return peer.calls().voters().map(Formation::peers).orElse(List.of()).stream()
        .map(voter ->
            status(voter, progress.getOrDefault(voter.name(), new VoterProgress.Unknown())))
        .toList();
  }

  private static VoterProgress progress(FollowerProgress follower, long logEndIndex) {
    return follower.isHeard()
        ? new VoterProgress.Known(
            follower.matchIndex(),
            follower.nextIndex(),
            Math.max(0, logEndIndex - 1 - follower.matchIndex()),
            follower.silentMs())
        : new VoterProgress.Unheard(follower.leadsMs());
  }

  static VoterStatus status(Peer voter, VoterProgress progress) {
    return new VoterStatus(
        voter.name().toString(), voter.name().nodeId(), voter.host(), voter.port(), progress);
  }
}
