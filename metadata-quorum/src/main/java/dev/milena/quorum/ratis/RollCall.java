package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Voter;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** Asks voters who they are, for somebody who wonders why the quorum stands. Any thread. */
final class RollCall {
  private final int nodeId;
  private final List<Voter> named;
  private final Executor blocking;

  /**
   * @param named the voters that the settings name
   * @param blocking runs what waits for the network
   */
  RollCall(int nodeId, List<Voter> named, Executor blocking) {
    this.nodeId = nodeId;
    this.named = named;
    this.blocking = blocking;
  }

  /** Those of the quorum that this node knows of; else those that are to form it. */
  List<VoterStatus> voters(Introduction self) {
    List<Peer> peers = self.formation().map(Formation::peers).orElse(List.of());
    VoterProgress unknown = new VoterProgress.Unknown();
    return peers.isEmpty()
        ? named.stream()
            .map(voter -> new VoterStatus("", voter.id(), voter.host(), voter.port(), unknown))
            .toList()
        : peers.stream().map(peer -> StatusReader.status(peer, unknown)).toList();
  }

  /** Asks all at once; blocks for as long as one attempt takes. This node answers for itself. */
  SortedMap<Integer, VoterAnswer> call(Introduction self, List<VoterStatus> voters)
      throws InterruptedException {
    List<Voter> asked =
        voters.stream()
            .map(voter -> new Voter(voter.nodeId(), voter.host(), voter.port()))
            .toList();
    SortedMap<Integer, Answer> answers = new NamedVoters(nodeId, asked, blocking).ask(self);
    TreeMap<Integer, VoterAnswer> said = new TreeMap<>();
    for (VoterStatus voter : voters) {
      Answer answer =
          voter.nodeId() == nodeId
              ? new Answer.Introduced(new IntroductionReply(self, ""))
              : answers.getOrDefault(voter.nodeId(), new Answer.Silent("no answer in time"));
      said.put(voter.nodeId(), judge(voter, answer));
    }
    return said;
  }

  /** What an answer says of a voter. */
  static VoterAnswer judge(VoterStatus voter, Answer answer) {
    return switch (answer) {
      case Answer.Silent(String why) -> new VoterAnswer.Silent(why);
      case Answer.Introduced(IntroductionReply reply) -> {
        PeerName name = reply.introduction().peer();
        if (reply.isRefused()) {
          yield new VoterAnswer.Silent("it refuses: " + reply.refused());
        }
        if (name.nodeId() != voter.nodeId()) {
          yield new VoterAnswer.Silent("node %s answers there".formatted(name.nodeId()));
        }
        // before a quorum is formed it votes under whatever name it has
        Optional<PeerName> votes = PeerName.parse(voter.peer());
        yield votes.isEmpty() || votes.get().equals(name)
            ? new VoterAnswer.Present()
            : new VoterAnswer.Emptied();
      }
    };
  }
}
