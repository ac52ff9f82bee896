package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.store.MetadataReplica;
import dev.milena.quorum.store.StateDoubts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process as one peer of Ratis, under one name, from its start to its end. It listens from the
 * start; its log may be opened later, when it is known of whom the quorum is.
 *
 * <p>{@link #start}, {@link #open} and {@link #close} are called by one thread at a time; the rest
 * is for any.
 */
final class LocalPeer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalPeer.class);

  /** How often to look whether term and vote are on the disk, and the server open; in ms. */
  static final long LOOK_EVERY_MS = 1_000;

  /**
   * How long a log may take to open: every file of the newest snapshot is compared with its
   * checksum meanwhile.
   */
  static final long OPENING_MS = 600_000;

  private static final long CLOSING_MS = 30_000;

  private final QuorumSettings settings;
  private final PeerName name;
  private final StateDoubts doubts;
  private final MetadataReplica replica;
  private final MetadataStateMachine stateMachine;
  private final RaftProperties properties;
  private final RaftServer server;
  private final RatisCalls calls;
  private final Succession succession;
  private final OpeningGate gate = new OpeningGate();
  private final WrittenTerm term;
  private volatile boolean takesPart;

  /**
   * What a peer lives among.
   *
   * @param halt sees to {@link #secureTerm} first
   * @param introductions answered on the same port
   * @param observer told when the other voters remove this peer
   * @param blocking runs what waits for the network
   */
  record Surroundings(
      IntroductionService introductions, PeerObserver observer, Halt halt, Executor blocking) {}

  /** Whoever keeps in mind that there is a log. */
  interface Opened {
    /** Of this peer; on the thread that opened it. */
    void opened(LocalPeer peer) throws IOException;
  }

  /**
   * A peer that does not listen yet.
   *
   * @param group opened at the start; empty: later, or never
   */
  LocalPeer(QuorumSettings settings, PeerName name, Optional<RaftGroup> group, Surroundings around)
      throws IOException {
    this.settings = settings;
    this.name = name;
    Halt halt = around.halt();
    doubts = new StateDoubts(halt::halt);
    replica =
        new MetadataReplica(
            settings.liveFolder(), settings.tuning().journalRetentionBytes(), doubts);
    stateMachine =
        new MetadataStateMachine(
            settings, replica, doubts, new StampSource(), halt, around.observer());
    term = new WrittenTerm(new TermReserve(settings.folder()), stateMachine::termNotWritten);
    Parameters parameters = new Parameters();
    EntriesInOrder entries = new EntriesInOrder(new Entrance());
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters,
        // the last one added is asked first
        (builder, types) ->
            around.introductions().customize(builder.intercept(entries).intercept(gate), types));
    boolean alone = group.filter(all -> all.getPeers().size() == 1).isPresent();
    properties = RatisProperties.of(settings, alone);
    if (group.isEmpty()) {
      RatisProperties.hideLogs(properties, settings);
    }
    server =
        RaftServer.newBuilder()
            .setServerId(RatisPeers.id(name))
            .setGroup(group.orElse(null))
            .setStateMachine(stateMachine)
            .setProperties(properties)
            .setParameters(parameters)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .build();
    calls = new RatisCalls(server, RaftGroupId.valueOf(settings.groupId()), around.blocking());
    succession =
        new Succession(this, settings.clusterId(), around.blocking(), stateMachine::termNotWritten);
    around.introductions().connections().whenEnded(succession::ended);
  }

  /**
   * Listens, and opens the log that it was made with.
   *
   * @param opened told when one is open, before another member is let in
   * @throws IOException when the folder cannot be read, or the port is taken
   */
  void start(Opened opened) throws IOException {
    try (var _ = gate.shut()) {
      server.start();
      if (isOpen()) {
        opened(opened);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IOException("this node is stopping", stopping);
    } catch (CompletionException failure) {
      // what our own state machine found wrong comes wrapped
      throw failure.getCause() instanceof IOException cause ? cause : new IOException(failure);
    } catch (ExitUtils.ExitException failure) {
      throw new IOException(
          "cannot listen on %s:%s".formatted(settings.listenHost(), settings.listenPort()),
          failure);
    }
  }

  /**
   * Opens a log, new or old; returns when this peer takes part.
   *
   * @param voters of the quorum, until the log says otherwise; empty: it waits for a leader
   * @param mustReach entries that a log which is there must have
   * @param opened told when it is open, before another member is let in
   * @throws dev.milena.quorum.store.StoreFailure when it ends before, or cannot be used otherwise
   */
  void open(Optional<Formation> voters, List<LastEntry> mustReach, Opened opened)
      throws IOException, InterruptedException {
    stateMachine.logOnDisk().mustReach(mustReach);
    RatisProperties.showLogs(properties, settings);
    RaftGroup group = RatisPeers.group(settings.groupId(), voters);
    GroupManagementRequest request =
        GroupManagementRequest.newAdd(
            ClientId.randomId(), server.getId(), calls.nextCallId(), group, false);
    try (var _ = gate.shut()) {
      RaftClientReply reply =
          server.groupManagementAsync(request).get(OPENING_MS, TimeUnit.MILLISECONDS);
      if (!reply.isSuccess()) {
        throw new IOException("the quorum's log was not opened", reply.getException());
      }
      opened(opened);
    } catch (ExecutionException failure) {
      throw opening(failure.getCause());
    } catch (TimeoutException failure) {
      throw new IOException("the quorum's log did not open in " + OPENING_MS + " ms", failure);
    }
  }

  private void opened(Opened opened) throws IOException {
    term.of(server.getDivision(calls.groupId()));
    takesPart = true;
    opened.opened(this);
  }

  /** Sees to it that term and vote are on the disk; a thread that may wait. */
  void lookAtTerm() {
    term.look(this);
  }

  /** Puts term and vote back where a full disk has cost them; waits a second at most. */
  void secureTerm() {
    term.secure();
  }

  /** What our own state machine found wrong comes wrapped. */
  private static IOException opening(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof IOException known
        ? known
        : new IOException("the quorum's log was not opened", cause);
  }

  /** Whether the log is open and not just being opened: Ratis lets all wait for that who ask. */
  boolean takesPart() {
    return takesPart;
  }

  /** Where entries that come on the port go into the log. */
  private final class Entrance implements EntriesInOrder.Target {
    @Override
    public Optional<RaftLog> log() {
      try {
        return isOpen()
            ? Optional.of(server.getDivision(calls.groupId()).getRaftLog())
            : Optional.empty();
      } catch (IOException | IllegalStateException closed) {
        // Ratis throws the latter while it closes the log
        return Optional.empty();
      }
    }

    @Override
    public LogCuts cuts() {
      return stateMachine.data();
    }
  }

  /** Whether the log is open. */
  boolean isOpen() {
    return server.getGroupIds().iterator().hasNext();
  }

  PeerName name() {
    return name;
  }

  MetadataReplica replica() {
    return replica;
  }

  StateDoubts doubts() {
    return doubts;
  }

  RaftServer server() {
    return server;
  }

  RatisCalls calls() {
    return calls;
  }

  Succession succession() {
    return succession;
  }

  /** The port that other members reach this one on; the bound one when the settings say 0. */
  int port() {
    return server.getServerRpc().getInetSocketAddress().getPort();
  }

  /**
   * Ends the process when Ratis has closed its server by itself, as after a standstill: while no
   * log is open it says so to nobody. Any thread; waits for nothing.
   */
  void endIfClosed() {
    if (server.getLifeCycleState().isClosingOrClosed()) {
      stateMachine.serverClosed();
    }
  }

  /** Stops taking part and closes all files; takes up to a second. */
  @Override
  public void close() {
    if (!closeInTime()) {
      log.atWarn().addKeyValue("ms", CLOSING_MS).log("the quorum member did not close in time");
    }
  }

  /**
   * Closes as {@link #close} does.
   *
   * @return whether everything is closed; not so when Ratis, which waits for its own threads
   *     without a deadline, is still waiting after {@value #CLOSING_MS} ms
   */
  boolean closeInTime() {
    stateMachine.stopping();
    calls.close();
    Thread closing = Thread.ofPlatform().daemon().name("quorum-closing").start(this::closeServer);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MS);
    boolean interrupted = false;
    while (closing.isAlive() && System.nanoTime() < deadline) {
      try {
        closing.join(Duration.ofNanos(deadline - System.nanoTime()));
      } catch (InterruptedException hurried) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !closing.isAlive();
  }

  private void closeServer() {
    try {
      server.close();
      awaitClosed();
      term.secure();
    } catch (IOException failure) {
      log.atWarn().setCause(failure).log("the quorum member did not close cleanly");
    }
  }

  /** Ratis may be closing the log already, on another thread: then closing it waits for nothing. */
  private void awaitClosed() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSING_MS);
    while (isOpen() && !isClosed()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the log did not close in " + CLOSING_MS + " ms");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private boolean isClosed() {
    try {
      return calls.division().getLifeCycleState() == LifeCycle.State.CLOSED;
    } catch (IOException gone) {
      return true;
    }
  }
}
