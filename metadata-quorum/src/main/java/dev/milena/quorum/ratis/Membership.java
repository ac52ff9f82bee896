package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationRules;
import dev.milena.quorum.ratis.formation.FormationStep;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.StartFacts;
import dev.milena.quorum.ratis.formation.StartRules;
import dev.milena.quorum.ratis.formation.StartStep;
import dev.milena.quorum.ratis.formation.Voter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
final class Membership implements AutoCloseable, PeerObserver {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);

  /** How long one attempt to ask a node may take, its name's resolution included. */
  static final long ASK_MS = 2_000;

  private static final long ASK_AGAIN_MS = 300;
  private static final long STOP_MS = 10_000;

  private final QuorumSettings settings;
  private final MemberFolder folder;
  private final Halt halt;
  private final ExecutorService blocking;
  private final MemberEvents events;
  private final NamedVoters named;
  private final VotersMet votersMet;
  private final ScheduledThreadPoolExecutor thread;
  private volatile LocalPeer peer;
  private volatile Optional<Formation> known;
  private volatile boolean forming;
  private boolean meeting;

  private Membership(
      QuorumSettings settings,
      MemberFolder folder,
      Optional<RaftGroup> group,
      Halt halt,
      ExecutorService blocking,
      QuorumEvents events)
      throws IOException {
    this.settings = settings;
    this.events = new MemberEvents(events);
    named = new NamedVoters(settings.nodeId(), settings.voters(), blocking);
    votersMet = new VotersMet(settings.nodeId(), blocking);
    this.folder = folder;
    this.halt = halt;
    this.blocking = blocking;
    known = folder.formation();
    thread = new MembershipThread(halt);
    peer = newPeer(settings, group);
  }

  private LocalPeer newPeer(QuorumSettings listening, Optional<RaftGroup> group)
      throws IOException {
    return new LocalPeer(
        listening,
        folder.name(),
        group,
        new LocalPeer.Surroundings(
            new IntroductionService(folder.name(), this::answer), this, halt, blocking));
  }

  /**
   * Starts the member on its folder. It votes at once if it has a log, or is the only voter there
   * is to be; else it begins to ask.
   *
   * @param blocking runs what waits for the network
   * @throws ContradictingVoters when the settings' list does not fit the folder
   */
  static Membership start(
      QuorumSettings settings, Halt halt, ExecutorService blocking, QuorumEvents events)
      throws IOException {
    MemberFolder folder = MemberFolder.claim(settings);
    StartFacts.Disk disk = folder.disk();
    StartStep step = StartRules.decide(new StartFacts(folder.name(), settings.voters(), disk));
    Membership membership =
        switch (step) {
          case StartStep.Open(Optional<Formation> voters) ->
              new Membership(settings, folder, group(settings, voters), halt, blocking, events);
          case StartStep.Form(Formation formation) -> {
            folder.write(formation);
            yield new Membership(
                settings, folder, group(settings, Optional.of(formation)), halt, blocking, events);
          }
          case StartStep.Ask ask ->
              new Membership(settings, folder, Optional.empty(), halt, blocking, events);
          case StartStep.Stranger stranger ->
              new Membership(settings, folder, Optional.empty(), halt, blocking, events);
          case StartStep.Refuse(String why) -> throw new ContradictingVoters(why);
          case StartStep.Lost(String why) ->
              throw new ForeignStorage(settings.folder() + ": " + why);
        };
    try {
      membership.begin(step instanceof StartStep.Ask);
      disk.configuration()
          .or(disk::formation)
          .ifPresent(voters -> VoterListNotice.give(settings, voters));
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
      opened();
    } else if (asks) {
      forming = true;
      thread.execute(this::round);
    } else {
      sayStranger();
    }
  }

  private void opened() throws IOException {
    folder.markOpened();
    LocalPeer open = peer;
    open.replica().whenApplied(0, () -> thread.execute(() -> markWritten(open)));
  }

  private void markWritten(LocalPeer open) {
    try {
      if (open == peer) {
        folder.markWritten();
      }
    } catch (IOException failure) {
      haltUnlessStopping("cannot write to " + settings.folder(), failure);
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

  /** Who this node is, and which voters it knows of; any thread. */
  Introduction introduction() {
    Optional<Formation> voters = peer.calls().voters();
    return new Introduction(
        settings.clusterId(),
        peer.name(),
        voters.isPresent() ? voters : known,
        settings.listen().clients());
  }

  /** Answers another node; any thread. */
  private CompletionStage<IntroductionReply> answer(IntroductionRequest request) {
    IntroductionReply reply = FormationRules.answer(introduction(), request);
    if (!reply.isRefused() && request.lost().isPresent()) {
      return peer.succession().tell(request.lost().get()).thenApply(reply::with);
    }
    if (reply.isRefused() || request.join().isEmpty()) {
      return CompletableFuture.completedFuture(reply);
    }
    return CompletableFuture.supplyAsync(
        () -> {
          join(request.join().get());
          return FormationRules.answer(introduction(), request);
        },
        thread);
  }

  /** A leader wants this node as a voter: opens a log for it to write. */
  private void join(Formation voters) {
    if (peer.isOpen()) {
      return;
    }
    try {
      folder.write(voters);
      known = Optional.of(voters);
      forming = false;
      peer.open(Optional.empty());
      opened();
      log.atInfo().addKeyValue("peer", peer.name()).log("waits for the quorum's log");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("this node is stopping", stopping);
    }
  }

  @Override
  public void removed() {
    thread.execute(this::leave);
  }

  @Override
  public void leaderReady(long term) {
    events.ready(term);
  }

  @Override
  public void leaderLost(long term) {
    events.over(term);
  }

  @Override
  public void votersApplied(Formation voters) {
    if (!voters.contains(peer.name())) {
      return;
    }
    events.votes(
        voters.peers().stream()
            .map(voter -> new Voter(voter.name().nodeId(), voter.host(), voter.port()))
            .toList());
  }

  /**
   * Goes on without a vote, under a new name: whatever the log held was agreed on by others, and
   * whatever votes it cast are forgotten with it.
   */
  private void leave() {
    LocalPeer old = peer;
    if (!old.isOpen() || thread.isShutdown()) {
      return;
    }
    List<Peer> others =
        old.calls().voters().stream()
            .flatMap(voters -> voters.peers().stream())
            .filter(voter -> !voter.name().equals(old.name()))
            .toList();
    try {
      int port = old.port();
      if (!old.closeInTime()) {
        throw new IOException("the log of " + old.name() + " does not close");
      }
      folder.leave(others.isEmpty() ? known : Optional.of(new Formation(others)));
      known = folder.formation();
      peer = newPeer(settings.withListenPort(port), Optional.empty());
      peer.start();
      log.atInfo()
          .addKeyValue("was", old.name())
          .addKeyValue("peer", peer.name())
          .log("the other voters have removed this node");
      sayStranger();
      events.detached();
      if (thread.isShutdown()) {
        peer.close();
      }
    } catch (IOException failure) {
      haltUnlessStopping(
          "this node was removed from the quorum and could not go on without", failure);
    }
  }

  private void haltUnlessStopping(String what, IOException failure) {
    if (!thread.isShutdown()) {
      halt.halt(what, failure);
    }
  }

  /** Asks everybody once, and does what follows from it. */
  private void round() {
    if (!forming) {
      return;
    }
    try {
      Introduction self = introduction();
      perform(FormationRules.decide(self, settings.voters(), named.ask(self)));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      haltUnlessStopping("the quorum could not be formed: check " + settings.folder(), failure);
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
        VoterListNotice.give(settings, formation);
        sayStranger();
      }
      case FormationStep.Wait(List<String> waitingFor) -> {
        named.say(waitingFor);
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
    opened();
    forming = false;
    log.atInfo()
        .addKeyValue("peer", peer.name())
        .addKeyValue("voters", formation.peers())
        .log(what);
  }

  /** Where voters serve clients, while this node has no vote; any thread. */
  List<String> clientsOfVoters() {
    return votersMet.clients();
  }

  /** On the thread alone, and one chain at a time. */
  private void meet() {
    if (peer.isOpen()) {
      meeting = false;
      return;
    }
    try {
      long againMs = votersMet.ask(introduction(), settings.voters());
      var _ = thread.schedule(this::meet, againMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void sayStranger() {
    thread.execute(() -> {
      if (!meeting) {
        meeting = true;
        meet();
      }
    });
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
    try {
      if (!thread.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS)) {
        log.atWarn().log("the membership's thread did not end in time");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    peer.close();
  }
}
