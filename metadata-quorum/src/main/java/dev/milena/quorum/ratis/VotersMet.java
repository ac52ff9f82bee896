package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.Voter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Where voters serve clients, for a node that has no vote and knows the voters by their quorum's
 * addresses only: its broker follows one of them. Fed by the membership's thread, read by any.
 */
final class VotersMet {
  /** While nobody has answered. */
  private static final long ASK_AGAIN_MS = 1_000;

  /** Once somebody has; voters may move. */
  private static final long LOOK_AGAIN_MS = 30_000;

  private final int nodeId;
  private final Executor blocking;
  private volatile List<String> clients = List.of();

  /**
   * @param blocking runs what waits for the network
   */
  VotersMet(int nodeId, Executor blocking) {
    this.nodeId = nodeId;
    this.blocking = blocking;
  }

  /** HOST:PORT of those that said so last. */
  List<String> clients() {
    return clients;
  }

  /**
   * Asks all voters once, at the addresses that are known.
   *
   * @return after how many milliseconds to ask again
   */
  long ask(Introduction self, List<Voter> named) throws InterruptedException {
    List<Voter> voters = self.formation().map(VotersMet::voters).orElse(named);
    TreeMap<Integer, Answer> answers =
        new TreeMap<>(new NamedVoters(nodeId, voters, blocking).ask(self));
    List<String> said = new ArrayList<>();
    for (Answer answer : answers.values()) {
      clientsOf(answer).ifPresent(said::add);
    }
    if (!said.isEmpty()) {
      clients = List.copyOf(said);
    }
    return said.isEmpty() ? ASK_AGAIN_MS : LOOK_AGAIN_MS;
  }

  private static List<Voter> voters(Formation formation) {
    return formation.peers().stream()
        .map(peer -> new Voter(peer.name().nodeId(), peer.host(), peer.port()))
        .toList();
  }

  private static Optional<String> clientsOf(Answer answer) {
    return switch (answer) {
      case Answer.Silent _ -> Optional.empty();
      case Answer.Introduced(IntroductionReply reply) ->
          Optional.of(reply.introduction().clients()).filter(address -> !address.isEmpty());
    };
  }
}
