package dev.milena.node.cluster;

import dev.milena.broker.core.cluster.DeskOutcome;
import dev.milena.broker.core.cluster.QuorumView;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.metadata.VoterImage;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.ratis.LogStatus;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Describes the quorum: as its leader if this node leads it, else by the leader's word, and while
 * there is none to be found, by what this node knows and by asking the voters who they are. Blocks,
 * for seconds at most.
 */
final class QuorumSketch {
  private final int self;
  private final Optional<QuorumServer> member;
  private final QuorumFinder finder;

  QuorumSketch(int self, Optional<QuorumServer> member, QuorumFinder finder) {
    this.self = self;
    this.member = member;
    this.finder = finder;
  }

  DeskOutcome<QuorumView> describe() throws InterruptedException {
    Optional<QuorumStatus> leading = finder.taking().filter(QuorumStatus::leading);
    if (leading.isPresent()) {
      QuorumStatus status = leading.get();
      var answers = member.orElseThrow().callVoters(VoterViews.silent(status));
      return told(OptionalInt.of(self), status, VoterViews.ofLeader(status, answers));
    }
    Sighting seen = finder.look();
    if (seen.leader().isPresent()) {
      return seen.askLeader(self);
    }
    if (member.isPresent()) {
      List<VoterStatus> voters = member.get().knownVoters();
      var answers = member.get().callVoters(voters);
      QuorumStatus own = member.get().status();
      return told(OptionalInt.empty(), own, VoterViews.leaderless(own, voters, answers));
    }
    return outside(seen.member());
  }

  private static DeskOutcome<QuorumView> told(
      OptionalInt leader, QuorumStatus status, List<VoterView> voters) {
    LogStatus log = status.log();
    QuorumView.LogPlaces places =
        log.endIndex() < 0
            ? QuorumView.LogPlaces.NONE
            : new QuorumView.LogPlaces(
                log.startIndex(), log.endIndex() - 1, log.committedIndex(), log.snapshotIndex());
    return new DeskOutcome.Answered<>(
        new QuorumView(leader, status.nodeId(), status.term(), places, voters));
  }

  /** A node without a member does not speak to voters: one with a member does, if there is one. */
  private DeskOutcome<QuorumView> outside(Optional<PeerAddress> witness) {
    OptionalInt id =
        witness.map(at -> QuorumFinder.nodeAt(finder.image(), at)).orElse(OptionalInt.empty());
    if (id.isPresent()) {
      PeerAddress at = witness.orElseThrow();
      return new DeskOutcome.AskNode<>(id.getAsInt(), at.host(), at.port());
    }
    List<VoterImage> noted = finder.image().voters().voters();
    return new DeskOutcome.Answered<>(
        new QuorumView(
            OptionalInt.empty(),
            self,
            0,
            QuorumView.LogPlaces.NONE,
            noted.stream()
                .map(voter -> VoterViews.noted(voter, "not where its clients reach it"))
                .toList()));
  }
}
