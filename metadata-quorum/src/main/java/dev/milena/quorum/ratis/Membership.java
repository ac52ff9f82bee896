package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Answer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationRules;
import dev.milena.quorum.ratis.formation.FormationStep;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.StartFacts;
import dev.milena.quorum.ratis.formation.StartRules;
import dev.milena.quorum.ratis.formation.StartStep;
import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this process a peer of the quorum: carries out what {@link StartRules} and {@link
 * FormationRules} decide, and answers other nodes who ask who this one is.
 *
 * <p>Its thread is the only one that changes the folder and opens the log.
 */
final class Membership implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);

  /** How long one attempt to ask a node may take, its name's resolution included. */
  static final long ASK_MS = 2_000;

  private static final long ASK_AGAIN_MS = 300;
  private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final QuorumSettings settings;
  private final MemberFolder folder;
  private final Halt halt;
  private final ExecutorService blocking;
  private final ScheduledThreadPoolExecutor thread;
  private final LocalPeer peer;
  private volatile Optional<Formation> known;
  private volatile boolean forming;
  private long saidNanos;
  private List<String> said = List.of();

  private Membership(
      QuorumSettings settings,
      MemberFolder folder,
      Optional<RaftGroup> group,
      Halt halt,
      ExecutorService blocking)
      throws IOException {
    this.settings = settings;
    this.folder = folder;
    this.halt = halt;
    this.blocking = blocking;
    known = folder.formation();
    thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("quorum-membership").factory());
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    peer =
        new LocalPeer(
            settings, folder.name(), group, new IntroductionService(this::answer), halt, blocking);
  }

  /**
   * Starts the member on its folder. It votes at once if it has a log, or is the only voter there
   * is to be; else it begins to ask.
   *
   * @param blocking runs what waits for the network
   * @throws ContradictingVoters when the settings' list does not fit the folder
   */
  static Membership start(QuorumSettings settings, Halt halt, ExecutorService blocking)
      throws IOException {
    MemberFolder folder = MemberFolder.claim(settings);
    StartStep step =
        StartRules.decide(new StartFacts(folder.name(), settings.voters(), folder.disk()));
    Membership membership =
        switch (step) {
          case StartStep.Open(Optional<Formation> voters) ->
              new Membership(settings, folder, group(settings, voters), halt, blocking);
          case StartStep.Form(Formation formation) -> {
            folder.write(formation);
            yield new Membership(
                settings, folder, group(settings, Optional.of(formation)), halt, blocking);
          }
          case StartStep.Ask ask ->
              new Membership(settings, folder, Optional.empty(), halt, blocking);
          case StartStep.Stranger stranger ->
              new Membership(settings, folder, Optional.empty(), halt, blocking);
          case StartStep.Refuse(String why) -> throw new ContradictingVoters(why);
          case StartStep.Lost(String why) ->
              throw new ForeignStorage(settings.folder() + ": " + why);
        };
    try {
      membership.begin(step instanceof StartStep.Ask);
    } catch (IOException failure) {
      membership.close();
      throw failure;
    }
    return membership;
  }

  private static Optional<RaftGroup> group(QuorumSettings settings, Optional<Formation> voters) {
    return Optional.of(RatisPeers.group(settings.groupId(), voters));
  }

  private void begin(boolean asks) throws IOException {
    peer.start();
    if (peer.isOpen()) {
      folder.markOpened();
    } else if (asks) {
      forming = true;
      thread.execute(this::round);
    } else {
      sayStranger();
    }
  }

  /** This process as a peer. */
  LocalPeer peer() {
    return peer;
  }

  /** How far this node is. */
  QuorumStage stage() {
    if (!peer.isOpen()) {
      return forming ? QuorumStage.FORMING : QuorumStage.STRANGER;
    }
    return peer.calls().voters().filter(voters -> voters.contains(peer.name())).isPresent()
        ? QuorumStage.VOTER
        : QuorumStage.JOINING;
  }

  private Introduction introduction() {
    Optional<Formation> voters = peer.calls().voters();
    return new Introduction(settings.clusterId(), peer.name(), voters.isPresent() ? voters : known);
  }

  /** Answers another node; any thread. */
  private CompletionStage<IntroductionReply> answer(IntroductionRequest request) {
    return CompletableFuture.completedFuture(FormationRules.answer(introduction(), request));
  }

  /** Asks everybody once, and does what follows from it. */
  private void round() {
    if (!forming) {
      return;
    }
    try {
      Introduction self = introduction();
      perform(FormationRules.decide(self, settings.voters(), ask(self)));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      halt.halt("the quorum could not be formed: check " + settings.folder(), failure);
    }
  }

  private void perform(FormationStep step) throws IOException, InterruptedException {
    switch (step) {
      case FormationStep.Form(Formation formation) -> vote(formation, "formed the quorum");
      case FormationStep.Adopt(Formation formation) -> vote(formation, "takes part in the quorum");
      case FormationStep.Stranger(Formation formation) -> {
        folder.write(formation);
        known = Optional.of(formation);
        forming = false;
        sayStranger();
      }
      case FormationStep.Wait(List<String> waitingFor) -> {
        sayWaiting(waitingFor);
        var _ = thread.schedule(this::round, ASK_AGAIN_MS, TimeUnit.MILLISECONDS);
      }
      case FormationStep.Refuse(String why) -> {
        forming = false;
        halt.halt(why, new ContradictingVoters(why));
      }
    }
  }

  private void vote(Formation formation, String what) throws IOException, InterruptedException {
    folder.write(formation);
    known = Optional.of(formation);
    peer.open(Optional.of(formation));
    folder.markOpened();
    forming = false;
    log.atInfo()
        .addKeyValue("peer", peer.name())
        .addKeyValue("voters", formation.peers())
        .log(what);
  }

  private SortedMap<Integer, Answer> ask(Introduction self) throws InterruptedException {
    IntroductionRequest request =
        new IntroductionRequest(self.clusterId(), self.peer(), Optional.empty());
    ConcurrentSkipListMap<Integer, Answer> answers = new ConcurrentSkipListMap<>();
    List<Voter> others =
        settings.voters().stream().filter(voter -> voter.id() != settings.nodeId()).toList();
    CountDownLatch asked = new CountDownLatch(others.size());
    for (Voter other : others) {
      blocking.execute(() -> {
        answers.put(other.id(), IntroductionCall.ask(other.host(), other.port(), request, ASK_MS));
        asked.countDown();
      });
    }
    if (!asked.await(2 * ASK_MS, TimeUnit.MILLISECONDS)) {
      log.atDebug().log("not every voter was asked in time");
    }
    return new TreeMap<>(answers);
  }

  private void sayWaiting(List<String> waitingFor) {
    long now = System.nanoTime();
    if (said.isEmpty() || now - saidNanos >= SAY_AGAIN_NANOS) {
      saidNanos = now;
      said = waitingFor;
      log.atInfo()
          .addKeyValue("node", settings.nodeId())
          .addKeyValue("waitingFor", waitingFor)
          .log("the quorum is not formed yet; every named voter is needed once");
    }
  }

  private void sayStranger() {
    log.atInfo()
        .addKeyValue("node", settings.nodeId())
        .addKeyValue("voters", known.map(Formation::peers).orElse(List.of()))
        .log(
            "this node has no vote in the quorum; kafkactl quorum --add-voter {}@HOST:{} makes it a voter",
            settings.nodeId(),
            peer.port());
  }

  @Override
  public void close() {
    forming = false;
    thread.shutdownNow();
    peer.close();
  }
}
