package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.LostLeader;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.StandFacts;
import dev.milena.quorum.ratis.formation.StandRules;
import dev.milena.quorum.ratis.formation.StandStep;
import dev.milena.quorum.ratis.formation.Witness;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a leader whose process is gone replaced without waiting for the election's time-out: when its
 * connection to this voter ends and its port refuses, the voters ask each other how far their logs
 * are, and {@link StandRules} says whether this one stands. A leader that is only silent is waited
 * for as ever.
 *
 * <p>One leader is looked into at a time, and once in a term at most; a look takes a second at
 * most. Looks are made on threads that may block.
 */
final class Succession {
  private static final Logger log = LoggerFactory.getLogger(Succession.class);

  /** For the others' answers: they try to connect to the leader's port first. */
  private static final long ASK_MS = 2L * PortProbe.ATTEMPT_MS;

  private static final long NO_TERM = -1;

  private final LocalPeer here;
  private final String clusterId;
  private final Executor blocking;
  private final LogWitness witness;
  private final ForcedElection election;
  private final Consumer<IOException> unwritable;
  private boolean looking;
  private Optional<LostLeader> next = Optional.empty();
  private long settledTerm = NO_TERM;

  /**
   * @param blocking runs what waits for the network
   * @param unwritable told when a vote could not be written down
   */
  Succession(
      LocalPeer here, String clusterId, Executor blocking, Consumer<IOException> unwritable) {
    this.here = here;
    this.unwritable = unwritable;
    this.clusterId = clusterId;
    this.blocking = blocking;
    witness = new LogWitness(here, new PortProbe(blocking));
    election = new ForcedElection(here);
  }

  /** What to tell another voter that has lost its leader; any thread. */
  CompletionStage<Optional<Witness>> tell(LostLeader lost) {
    CompletableFuture<Optional<Witness>> told = new CompletableFuture<>();
    blocking.execute(() -> {
      Optional<Witness> known = Optional.empty();
      try {
        known = witness.about(lost);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      } finally {
        told.complete(known);
      }
    });
    return told;
  }

  /** A connection has ended over which a peer wrote to this one's log; any thread. */
  void ended(RaftPeerId writer) {
    Optional<LostLeader> lost = PeerName.parse(writer.toString()).flatMap(this::lost);
    if (lost.isPresent() && begins(lost.get())) {
      try {
        blocking.execute(this::look);
      } catch (RejectedExecutionException stopping) {
        log.atDebug().log("stopping: who leads is nothing to this node any more");
      }
    }
  }

  private Optional<LostLeader> lost(PeerName writer) {
    try {
      LostLeader lost = new LostLeader(writer, here.calls().division().getCurrentTerm());
      return Optional.of(lost).filter(witness::follows);
    } catch (IOException notOpen) {
      return Optional.empty();
    }
  }

  private synchronized boolean begins(LostLeader lost) {
    if (lost.term() <= settledTerm) {
      return false;
    }
    next = Optional.of(lost);
    boolean first = !looking;
    looking = true;
    return first;
  }

  private synchronized Optional<LostLeader> next() {
    Optional<LostLeader> taken = next.filter(lost -> lost.term() > settledTerm);
    next = Optional.empty();
    looking = taken.isPresent();
    return taken;
  }

  private synchronized void settle(LostLeader lost) {
    settledTerm = lost.term();
  }

  private void look() {
    boolean done = false;
    try {
      for (Optional<LostLeader> lost = next(); lost.isPresent(); lost = next()) {
        look(lost.get());
      }
      done = true;
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      if (!done) {
        lookedAway();
      }
    }
  }

  /** A look was broken off: the next lost leader is looked into all the same. */
  private synchronized void lookedAway() {
    looking = false;
  }

  private void look(LostLeader lost) throws InterruptedException {
    if (!witness.isGone(lost)) {
      log.atDebug().addKeyValue("leader", lost.leader()).log("a leader's connection ended");
      return;
    }
    settle(lost);
    try {
      StandFacts facts = facts(lost);
      switch (StandRules.decide(facts)) {
        case StandStep.Leave(String why) ->
            log.atInfo()
                .addKeyValue("leader", lost.leader())
                .addKeyValue("term", lost.term())
                .addKeyValue("why", why)
                .log("the leader's process is gone; does not stand for election at once");
        case StandStep.Stand() -> stand(lost, facts);
      }
    } catch (IOException | IllegalStateException failure) {
      if (failure.getCause() instanceof IOException unwritten) {
        // Ratis is a candidate now that holds no election: it could not write down its vote
        unwritable.accept(unwritten);
        return;
      }
      // Ratis throws IllegalStateException while it closes the log
      log.atInfo().setCause(failure).log("does not stand for election at once");
    }
  }

  private void stand(LostLeader lost, StandFacts facts) throws IOException {
    if (witness.follows(lost)) {
      log.atInfo()
          .addKeyValue("leader", lost.leader())
          .addKeyValue("term", lost.term())
          .log("the leader's process is gone; stands for election");
      election.hold(lost, facts.own());
    }
  }

  private StandFacts facts(LostLeader lost) throws IOException, InterruptedException {
    RaftConfiguration voters = here.server().getDivision(here.calls().groupId()).getRaftConf();
    SortedMap<PeerName, Witness> others = ask(lost, voters.getAllPeers());
    Witness own =
        witness.own().orElseThrow(() -> new IllegalStateException("this voter has no log"));
    return new StandFacts(
        here.name(),
        names(voters.getCurrentPeers()),
        names(voters.getPreviousPeers()),
        lost,
        true,
        own,
        others);
  }

  private static SortedSet<PeerName> names(Collection<RaftPeer> peers) {
    TreeSet<PeerName> names = new TreeSet<>();
    peers.forEach(peer -> RatisPeers.peer(peer).map(Peer::name).ifPresent(names::add));
    return names;
  }

  /** All others at once; who is late, or of a release that says nothing of its log, is missing. */
  private SortedMap<PeerName, Witness> ask(LostLeader lost, Collection<RaftPeer> voters)
      throws InterruptedException {
    List<Peer> others =
        voters.stream()
            .flatMap(voter -> RatisPeers.peer(voter).stream())
            .filter(peer -> !peer.name().equals(here.name()) && !peer.name().equals(lost.leader()))
            .toList();
    IntroductionRequest request =
        new IntroductionRequest(clusterId, here.name(), Optional.empty(), Optional.of(lost));
    ConcurrentSkipListMap<PeerName, Witness> answers = new ConcurrentSkipListMap<>();
    CountDownLatch asked = new CountDownLatch(others.size());
    for (Peer other : others) {
      blocking.execute(() -> {
        try {
          witness(other, request).ifPresent(told -> answers.put(other.name(), told));
        } finally {
          asked.countDown();
        }
      });
    }
    if (!asked.await(ASK_MS, TimeUnit.MILLISECONDS)) {
      log.atDebug().log("not every voter answered in time");
    }
    return new TreeMap<>(answers);
  }

  private static Optional<Witness> witness(Peer other, IntroductionRequest request) {
    return switch (IntroductionCall.ask(other.host(), other.port(), request, ASK_MS)) {
      case Answer.Silent _ -> Optional.empty();
      case Answer.Introduced(IntroductionReply reply) ->
          reply.witness().filter(told -> reply.introduction().peer().equals(other.name()));
    };
  }
}
