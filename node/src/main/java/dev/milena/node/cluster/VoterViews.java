package dev.milena.node.cluster;

import dev.milena.broker.core.cluster.VoterStanding;
import dev.milena.broker.core.cluster.VoterStanding.State;
import dev.milena.broker.core.cluster.VoterView;
import dev.milena.metadata.VoterImage;
import dev.milena.quorum.ratis.QuorumStatus;
import dev.milena.quorum.ratis.VoterAnswer;
import dev.milena.quorum.ratis.VoterProgress;
import dev.milena.quorum.ratis.VoterStatus;
import dev.milena.quorum.ratis.formation.PeerName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Voters as doors are told of them. Pure. */
final class VoterViews {
  /**
   * Who has said nothing to the leader for so long is silent; the leader calls twice a second. A
   * new leader has heard nobody yet: before it has led for as long it cannot tell.
   */
  static final long SILENT_MS = 3_000;

  private static final long NOTHING = -1;

  private VoterViews() {}

  /** Those that the leader has not heard for long: they are to be asked who they are. */
  static List<VoterStatus> silent(QuorumStatus leader) {
    return leader.voters().stream().filter(voter -> sight(voter) == State.SILENT).toList();
  }

  /** How a leader sees another voter that nobody has asked. */
  private static State sight(VoterStatus voter) {
    return switch (voter.progress()) {
      case VoterProgress.Known known ->
          known.silentMs() < SILENT_MS ? State.FOLLOWER : State.SILENT;
      case VoterProgress.Unheard unheard ->
          unheard.leadsMs() < SILENT_MS ? State.UNKNOWN : State.SILENT;
      case VoterProgress.Unknown _ -> State.SILENT;
    };
  }

  /**
   * Voters as their leader knows them, sorted by id.
   *
   * @param answers of silent ones, as far as they were asked
   */
  static List<VoterView> ofLeader(QuorumStatus leader, SortedMap<Integer, VoterAnswer> answers) {
    return leader.voters().stream()
        .map(voter -> {
          Optional<VoterAnswer> answer = Optional.ofNullable(answers.get(voter.nodeId()));
          return view(voter, followed(leader.nodeId(), voter, answer));
        })
        .sorted(Comparator.comparingInt(VoterView::id))
        .toList();
  }

  private static VoterStanding followed(
      int leader, VoterStatus voter, Optional<VoterAnswer> answer) {
    if (voter.nodeId() == leader) {
      return VoterStanding.of(State.LEADER);
    }
    State sight = sight(voter);
    return sight != State.SILENT
        ? VoterStanding.of(sight)
        : answer
            .map(said ->
                standing(
                    said,
                    new VoterStanding(State.SILENT, "it is up, and takes nothing from the leader")))
            .orElseGet(() -> VoterStanding.of(State.SILENT));
  }

  /**
   * Voters that nobody is known to lead, each as it has just answered; sorted by id.
   *
   * @param own of the node that asked, which knows how far its own log is
   */
  static List<VoterView> leaderless(
      QuorumStatus own, List<VoterStatus> voters, SortedMap<Integer, VoterAnswer> answers) {
    return voters.stream()
        .map(voter ->
            view(
                voter.nodeId() == own.nodeId() ? withEnd(voter, own.log().endIndex()) : voter,
                Optional.ofNullable(answers.get(voter.nodeId()))
                    .map(said -> standing(said, VoterStanding.of(State.ANSWERING)))
                    .orElseGet(() -> VoterStanding.of(State.SILENT))))
        .sorted(Comparator.comparingInt(VoterView::id))
        .toList();
  }

  private static VoterStatus withEnd(VoterStatus voter, long endIndex) {
    return endIndex < 0
        ? voter
        : new VoterStatus(
            voter.peer(),
            voter.nodeId(),
            voter.host(),
            voter.port(),
            new VoterProgress.Known(endIndex - 1, endIndex, NOTHING, 0));
  }

  private static VoterStanding standing(VoterAnswer said, VoterStanding present) {
    return switch (said) {
      case VoterAnswer.Present _ -> present;
      case VoterAnswer.Emptied _ -> VoterStanding.of(State.EMPTIED);
      case VoterAnswer.Silent(String why) -> new VoterStanding(State.SILENT, why);
    };
  }

  /** A voter of the metadata, which nobody could be asked about. */
  static VoterView noted(VoterImage voter, String why) {
    VoterProgress unknown = new VoterProgress.Unknown();
    PeerName name = new PeerName(voter.nodeId(), voter.directory());
    return view(
        new VoterStatus(name.toString(), voter.nodeId(), voter.host(), voter.port(), unknown),
        new VoterStanding(State.SILENT, why));
  }

  private static VoterView view(VoterStatus voter, VoterStanding standing) {
    String directory = PeerName.parse(voter.peer()).map(PeerName::directory).orElse("");
    String address =
        (voter.host().indexOf(':') >= 0 ? "[%s]:%s" : "%s:%s")
            .formatted(voter.host(), voter.port());
    return switch (voter.progress()) {
      case VoterProgress.Known known ->
          new VoterView(
              voter.nodeId(),
              address,
              directory,
              known.lastIndex(),
              // a leader that has not heard how far a voter is counts from before the log
              known.lastIndex() < 0 ? NOTHING : known.lagEntries(),
              known.silentMs(),
              standing);
      case VoterProgress.Unheard unheard ->
          new VoterView(
              voter.nodeId(),
              address,
              directory,
              NOTHING,
              NOTHING,
              unheard.leadsMs() < SILENT_MS ? NOTHING : unheard.leadsMs(),
              standing);
      case VoterProgress.Unknown _ ->
          new VoterView(voter.nodeId(), address, directory, NOTHING, NOTHING, NOTHING, standing);
    };
  }
}
