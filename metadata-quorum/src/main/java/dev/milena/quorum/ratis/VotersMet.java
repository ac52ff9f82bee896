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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

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
  private final List<Voter> named;
  private final ScheduledExecutorService thread;
  private final Executor blocking;
  private volatile List<String> clients = List.of();
  private boolean meeting;

  /**
   * @param named in the settings; asked while no formation is known
   * @param thread the membership's
   * @param blocking runs what waits for the network
   */
  VotersMet(int nodeId, List<Voter> named, ScheduledExecutorService thread, Executor blocking) {
    this.nodeId = nodeId;
    this.named = named;
    this.thread = thread;
    this.blocking = blocking;
  }

  /**
   * Asks from now on; does nothing when it does already.
   *
   * @param self what this node knows when it asks
   * @param over whether nobody need be asked any more
   */
  void begin(Supplier<Introduction> self, BooleanSupplier over) {
    thread.execute(() -> {
      if (!meeting) {
        meeting = true;
        meet(self, over);
      }
    });
  }

  private void meet(Supplier<Introduction> self, BooleanSupplier over) {
    if (over.getAsBoolean()) {
      meeting = false;
      return;
    }
    try {
      long againMs = ask(self.get());
      var _ = thread.schedule(() -> meet(self, over), againMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
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
  private long ask(Introduction self) throws InterruptedException {
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
