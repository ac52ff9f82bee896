package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationRules;
import dev.milena.quorum.ratis.formation.Introduction;
import dev.milena.quorum.ratis.formation.IntroductionReply;
import dev.milena.quorum.ratis.formation.IntroductionRequest;
import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.ReturnRules;
import dev.milena.quorum.ratis.formation.StartFacts;
import dev.milena.quorum.ratis.formation.StartRules;
import dev.milena.quorum.ratis.formation.StartStep;
import dev.milena.quorum.ratis.formation.Voteless;
import dev.milena.quorum.ratis.formation.VoterTraces;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.apache.ratis.protocol.RaftGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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

  private final QuorumSettings settings;
  private final MemberFolder folder;
  private final SecuredHalt halt;
  private final ExecutorService blocking;
  private final MemberEvents events;
  private final VotersMet votersMet;
  private final MembershipThread thread;
  private volatile LocalPeer peer;
  private final KnownVoters known;
  private final ReachedStore reached;

  /** What this node is while its log is not open; empty when it is. */
  private volatile Optional<QuorumStage> unopened;

  private Membership(
      QuorumSettings settings,
      MemberFolder folder,
      Beginning beginning,
      Halt halt,
      ExecutorService blocking,
      QuorumEvents events)
      throws IOException {
    this.settings = settings;
    this.events = new MemberEvents(events);
    this.folder = folder;
    this.halt = new SecuredHalt(halt);
    this.blocking = blocking;
    unopened = Optional.of(beginning.stage());
    known = new KnownVoters(beginning.traces(), folder.formation());
    reached = new ReachedStore(folder, this::peer, blocking);
    thread = new MembershipThread(this.halt);
    votersMet = new VotersMet(settings.nodeId(), settings.voters(), thread, blocking);
    peer = newPeer(settings, beginning.group());
  }

  private LocalPeer newPeer(QuorumSettings listening, Optional<RaftGroup> group)
      throws IOException {
    IntroductionService introductions = new IntroductionService(folder.name(), this::answer);
    LocalPeer.Surroundings around = new LocalPeer.Surroundings(introductions, this, halt, blocking);
    LocalPeer made = new LocalPeer(listening, folder.name(), group, around);
    halt.of(made);
    return made;
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
    Beginning beginning =
        switch (step) {
          case StartStep.Open(Optional<Formation> voters) -> {
            VoterTraces traces = folder.traces();
            yield ReturnRules.asks(folder.name(), traces.newestFirst(), settings.voters())
                ? Beginning.of(QuorumStage.RETURNING, begun -> begun.comeBack(traces, voters))
                    .with(traces)
                : open(settings, voters);
          }
          case StartStep.Form(Formation formation) -> {
            folder.write(formation);
            yield open(settings, Optional.of(formation));
          }
          case StartStep.Ask _ -> Beginning.of(QuorumStage.FORMING, Membership::form);
          case StartStep.Stranger _ -> Beginning.of(QuorumStage.STRANGER, Membership::sayStranger);
          case StartStep.Refuse(String why) -> throw new ContradictingVoters(why);
          case StartStep.Lost(String why) ->
              throw new ForeignStorage(settings.folder() + ": " + why);
        };
    Membership membership = new Membership(settings, folder, beginning, halt, blocking, events);
    boolean begun = false;
    try {
      membership.peer.start(membership::opened);
      beginning.then().begin(membership);
      membership.reached.begin(membership.thread);
      beginning
          .newestTrace()
          .or(disk::configuration)
          .or(disk::formation)
          .ifPresent(membership::look);
      begun = true;
    } finally {
      if (!begun) {
        membership.close();
      }
    }
    return membership;
  }

  private static Beginning open(QuorumSettings settings, Optional<Formation> voters) {
    return new Beginning(
        Optional.of(RatisPeers.group(settings.groupId(), voters)),
        QuorumStage.STRANGER,
        Optional.empty(),
        _ -> {});
  }

  /** At the voters that the disk knows of. */
  private void look(Formation voters) {
    VoterListNotice.give(settings, voters);
    OwnAddressNotice.give(settings.clusterId(), peer, voters, blocking);
  }

  private void form() {
    new FormingVoter(
            settings,
            this::introduction,
            new FormingVoter.Outcomes(this::isForming, this::vote, this::follow, this::refuse),
            blocking)
        .begin(thread, this::haltUnlessStopping);
  }

  /** Asks the others how far the log had been, then opens it. */
  private void comeBack(VoterTraces traces, Optional<Formation> voters) throws IOException {
    ReturningVoter.Disk disk = new ReturningVoter.Disk(traces, reached.of(peer.name()));
    new ReturningVoter(this::introduction, disk, settings.voters(), blocking)
        .begin(mustReach -> open(voters, mustReach), thread, this::haltUnlessStopping);
  }

  /** Opens a log that was there before. */
  private void open(Optional<Formation> voters, List<LastEntry> mustReach)
      throws IOException, InterruptedException {
    try {
      peer.open(voters, mustReach, this::opened);
    } catch (StoreFailure refused) {
      // so that the next start refuses a log that is too short too, whoever answers then
      try {
        reached.wasTold(peer.name(), mustReach);
      } catch (IOException notNoted) {
        refused.addSuppressed(notNoted);
      }
      throw refused;
    }
  }

  /**
   * A vote that is cast, its own too, or an entry that is taken in before the disk says that there
   * is a log could be forgotten with it: a log without a file yet is made anew at the next start.
   */
  @Override
  public void logBegins() throws IOException {
    folder.markOpened();
  }

  private void opened(LocalPeer open) throws IOException {
    unopened = Optional.empty();
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
    Optional<QuorumStage> waiting = unopened;
    if (waiting.isPresent() || !peer.isOpen()) {
      return waiting.orElse(QuorumStage.STRANGER);
    }
    return peer.calls().voters().filter(voters -> voters.contains(peer.name())).isPresent()
        ? QuorumStage.VOTER
        : QuorumStage.JOINING;
  }

  /** Who this node is, and which voters it knows of; any thread. */
  Introduction introduction() {
    return new Introduction(
        settings.clusterId(), peer.name(), known.by(peer), settings.listen().clients());
  }

  /** Answers another node; any thread. */
  private CompletionStage<IntroductionReply> answer(IntroductionRequest request) {
    IntroductionReply reply = FormationRules.answer(introduction(), request);
    if (!reply.isRefused() && request.lost().isPresent()) {
      return peer.succession().tell(request.lost().get()).thenApply(reply::with);
    }
    if (!reply.isRefused() && request.reached()) {
      return CompletableFuture.supplyAsync(
          () -> reply.with(reached.tell(request.caller()).with(known.indexBy(peer))), blocking);
    }
    if (reply.isRefused() || request.join().isEmpty()) {
      return CompletableFuture.completedFuture(reply);
    }
    return thread.ask(() -> {
      join(request.join().get());
      return FormationRules.answer(introduction(), request);
    });
  }

  /** A leader wants this node as a voter: opens a log for it to write. */
  private void join(Formation voters) {
    if (peer.isOpen()) {
      return;
    }
    known.become(Optional.of(voters));
    if (isWaiting(QuorumStage.RETURNING)) {
      // These are asked from now on, too, and then its log is opened.
      return;
    }
    try {
      reached.forget();
      folder.write(voters);
      unopened = Optional.of(QuorumStage.STRANGER);
      peer.open(Optional.empty(), List.of(), this::opened);
      log.atInfo().addKeyValue("peer", peer.name()).log("waits for the quorum's log");
    } catch (IOException failure) {
      // half taken in: the next start goes on from what is on the disk
      haltUnlessStopping(
          "a leader wants this node as a voter, and its log could not be opened: check "
              + settings.folder(),
          failure);
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
    events.votes(peer.name(), voters);
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
      unopened = Optional.of(QuorumStage.STRANGER);
      reached.forget();
      folder.leave(others.isEmpty() ? known.untilOpen() : Optional.of(new Formation(others)));
      known.become(folder.formation());
      peer = newPeer(settings.withListenPort(port), Optional.empty());
      peer.start(this::opened);
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

  private boolean isWaiting(QuorumStage stage) {
    return unopened.filter(stage::equals).isPresent();
  }

  private void haltUnlessStopping(String what, IOException failure) {
    if (!thread.isShutdown()) {
      halt.halt(what, failure);
    }
  }

  private boolean isForming() {
    return isWaiting(QuorumStage.FORMING);
  }

  /** There is a quorum, and this node is none of its voters. */
  private void follow(Formation formation) throws IOException {
    folder.write(formation);
    known.become(Optional.of(formation));
    unopened = Optional.of(QuorumStage.STRANGER);
    VoterListNotice.give(settings, formation);
    sayStranger();
  }

  private void refuse(String why) {
    unopened = Optional.of(QuorumStage.STRANGER);
    halt.halt(why, new ContradictingVoters(why));
  }

  private void vote(Formation formation, String what) throws IOException, InterruptedException {
    folder.write(formation);
    known.become(Optional.of(formation));
    peer.open(Optional.of(formation), List.of(), this::opened);
    log.atInfo()
        .addKeyValue("peer", peer.name())
        .addKeyValue("voters", formation.peers())
        .log(what);
  }

  /** Where voters serve clients, while this node has no vote; any thread. */
  List<String> clientsOfVoters() {
    return votersMet.clients();
  }

  private void sayStranger() {
    votersMet.begin(this::introduction, () -> peer.isOpen());
    Voteless voteless =
        Voteless.of(peer.name(), known.untilOpen(), settings.listen().metAt(peer.port()));
    // an emptied voter is one failure less that the quorum can bear
    log.atLevel(voteless.emptied() ? Level.WARN : Level.INFO)
        .addKeyValue("node", settings.nodeId())
        .addKeyValue("voters", known.untilOpen().map(Formation::peers).orElse(List.of()))
        .log(voteless.says());
  }

  @Override
  public void close() {
    if (unopened.isEmpty() && !thread.isShutdown()) {
      reached.finish(thread);
    }
    thread.end();
    peer.close();
  }
}
