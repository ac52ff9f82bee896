package dev.milena.node;

import dev.milena.metadata.CommandOrigin;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.node.settings.ClusterMembership.SessionTiming;
import dev.milena.node.settings.NodeSettings;
import dev.milena.quorum.control.ControllerLoop;
import dev.milena.quorum.control.ControllerThread;
import dev.milena.quorum.control.LivenessSettings;
import dev.milena.quorum.grpc.client.GrpcDialer;
import dev.milena.quorum.grpc.client.PeerCalls;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import dev.milena.quorum.ratis.QuorumEvents;
import dev.milena.quorum.ratis.QuorumServer;
import dev.milena.quorum.ratis.formation.Voter;
import dev.milena.quorum.store.StateHashAt;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Constructs the controller that does a leader's duties while this node's member leads, and tells
 * it what happens to the member.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ControllerWiring implements QuorumEvents {
  /** Brokers that are called at once: with more gone at a time the network is, and not they. */
  private static final int DIALS_AT_ONCE = 16;

  private static final long COMMAND_MS = 5_000;

  private final int self;
  private final ControllerThread thread;
  private final CompletableFuture<QuorumServer> member = new CompletableFuture<>();
  private volatile Optional<PeerServicesWiring> services = Optional.empty();

  private ControllerWiring(NodeSettings settings, GrpcDialer dialer, Runnable broken) {
    this.self = settings.nodeId();
    LivenessSettings usual = LivenessSettings.DEFAULT;
    SessionTiming timing = settings.membership().timing();
    ControllerLoop.Surroundings around =
        new ControllerLoop.Surroundings(
            new LivenessSettings(
                timing.sessionMs(),
                usual.graceMs(),
                usual.stopMs(),
                settings.directories().stallMs()),
            timing.balances(),
            this::submit,
            dialer,
            this::stateHash,
            this::votersToNote);
    this.thread = new ControllerThread(bell -> new ControllerLoop(around, bell), broken);
  }

  /**
   * Starts the controller; it has no duties before a member says that it leads.
   *
   * @param calls to brokers
   * @param fatal told when something throws that must not
   */
  static ControllerWiring start(
      NodeSettings settings,
      PeerCalls calls,
      StartedParts parts,
      Consumer<? super Throwable> fatal) {
    GrpcDialer dialer = new GrpcDialer(calls, DIALS_AT_ONCE, fatal);
    ControllerWiring wiring =
        new ControllerWiring(
            settings,
            dialer,
            () -> fatal.accept(new IllegalStateException("a turn of the controller has failed")));
    parts.add(
        "controller",
        () -> {
          wiring.thread.close();
          dialer.close();
        });
    return wiring;
  }

  /** Where the sessions of brokers report. */
  ControllerLoop loop() {
    return thread.loop();
  }

  /** The member whose leadership brings duties, and the door that brokers come through. */
  void serve(QuorumServer own, PeerServicesWiring peerServices) {
    services = Optional.of(peerServices);
    own.view().follow(loop().follower());
    member.complete(own);
  }

  private Optional<StateHashAt> stateHash() {
    return member.isDone() ? member.join().latestStateHash() : Optional.empty();
  }

  private Optional<MetadataCommand.NoteVoters> votersToNote() {
    return member.isDone() ? member.join().votersToNote() : Optional.empty();
  }

  private void submit(MetadataCommand command, long term, Consumer<Boolean> accepted) {
    if (!member.isDone()) {
      // asked for again after a pause
      accepted.accept(false);
      return;
    }
    var _ =
        member
            .join()
            .submitAsLeader(command, CommandOrigin.ofBroker(self), term, COMMAND_MS)
            .thenAccept(answer -> accepted.accept(answer instanceof QuorumAnswer.Decided));
  }

  @Override
  public void leaderReady(long term) {
    loop().leaderReady(term);
  }

  @Override
  public void leaderLost() {
    loop().leaderLost();
    services.ifPresent(PeerServicesWiring::leadsNoLonger);
  }

  @Override
  public void attached() {
    // the follower was there before
  }

  @Override
  public void detached() {
    // its view is another one now
    var _ = member.thenAccept(own -> own.view().follow(loop().follower()));
  }

  @Override
  public void votersChanged(List<Voter> voters) {
    // who leads is told by itself
  }
}
