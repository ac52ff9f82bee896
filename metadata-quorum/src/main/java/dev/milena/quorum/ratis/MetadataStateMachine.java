package dev.milena.quorum.ratis;

import dev.milena.metadata.CommandStamp;
import dev.milena.metadata.codec.EntryCodec;
import dev.milena.quorum.store.MetadataReplica;
import dev.milena.quorum.store.SnapshotFiles;
import dev.milena.quorum.store.StateDoubts;
import dev.milena.quorum.store.StoreDamage;
import dev.milena.quorum.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Ratis calls: stamps commands on the leader, hands entries to the {@link MetadataReplica} in
 * order, takes and installs snapshots, and halts the process when Ratis or the replica cannot go
 * on.
 *
 * <p>Nothing is decided here. Ratis calls from many threads; the replica is touched by its updater
 * thread alone (and by {@link #initialize}, before that thread starts, and {@link #close}, after).
 */
final class MetadataStateMachine extends BaseStateMachine {
  private static final Logger log = LoggerFactory.getLogger(MetadataStateMachine.class);
  private static final long SHUTDOWN_TOLD_MS = 10_000;

  private final QuorumSettings settings;
  private final MetadataReplica replica;
  private final StateDoubts doubts;
  private final Supplier<CommandStamp> stamps;
  private final Halt halt;
  private final PeerObserver observer;
  private final CountDownLatch toldOfShutdown = new CountDownLatch(1);
  private final SnapshotStorage storage = new SnapshotStorage();
  private final SnapshotCheck check = new SnapshotCheck(storage::requireWhole, this::damaged);
  private final LogOnDisk logOnDisk = new LogOnDisk();
  private volatile boolean stopping;
  private volatile long configurationTerm;

  /**
   * @param doubts what an earlier run has found wrong
   * @param stamps chooses time, id and seed for a command; called from many threads
   * @param observer told when the other voters remove this peer
   */
  MetadataStateMachine(
      QuorumSettings settings,
      MetadataReplica replica,
      StateDoubts doubts,
      Supplier<CommandStamp> stamps,
      Halt halt,
      PeerObserver observer) {
    this.settings = settings;
    this.replica = replica;
    this.doubts = doubts;
    this.stamps = stamps;
    this.halt = halt;
    this.observer = observer;
  }

  /** What Ratis tells of the log's files; we keep no data of our own beside them. */
  @Override
  public LogCuts data() {
    return logOnDisk.cuts();
  }

  /** From now on being closed is what we asked for. */
  void stopping() {
    stopping = true;
  }

  /** What is seen to of the log's files. */
  LogOnDisk logOnDisk() {
    return logOnDisk;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
      throws IOException {
    super.initialize(server, groupId, raftStorage);
    RaftStorageDirectory group = raftStorage.getStorageDir();
    Path folder = group.getStateMachineDir().toPath();
    BrokenInstallation.mend(group.getRoot().toPath(), folder, group.getTmpDir().toPath());
    storage.begin(new SnapshotFiles(folder, settings.temporaryFolder()));
    boolean opened = false;
    try {
      getLifeCycle().startAndTransition(() -> openWhole(raftStorage));
      opened = true;
    } finally {
      if (!opened) {
        // Ratis forgets a log that could not be opened, and its lock with it
        replica.close();
        raftStorage.close();
      }
    }
  }

  private void openWhole(RaftStorage raftStorage) throws IOException {
    Optional<SnapshotFiles.Named> snapshot = open();
    Path current = raftStorage.getStorageDir().getCurrentDir().toPath();
    logOnDisk.beforeOpening(current, snapshot, storage.files().damaged());
    new TermReserve(settings.folder()).layOut();
    // Ratis begins a role, in which it votes for itself too, as soon as this returns
    observer.logBegins();
  }

  private Optional<SnapshotFiles.Named> open() throws IOException {
    doubts.beforeOpening(storage.files());
    Optional<SnapshotFiles.Named> snapshot = replica.open(storage.files());
    storage.opened(snapshot);
    setLastAppliedTermIndex(
        snapshot
            .map(named -> TermIndex.valueOf(named.term(), named.index()))
            .orElse(TermIndex.INITIAL_VALUE));
    log.atInfo()
        .addKeyValue(
            "snapshot", snapshot.map(named -> named.path().getFileName().toString()).orElse("none"))
        .log("metadata opened");
    return snapshot;
  }

  /**
   * Stamps a command: here, because Ratis has fixed the entry's bytes by the time it orders it
   * (ADR-0001). Called in parallel, before ordering, so stamps are not in order: apply clamps time.
   * Must not throw, or the call would hang for its caller.
   */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    ByteString submission = request.getMessage().getContent();
    ByteString head = UnsafeByteOperations.unsafeWrap(EntryCodec.head(stamps.get()));
    TransactionContext transaction =
        TransactionContext.newBuilder()
            .setStateMachine(this)
            .setClientRequest(request)
            .setLogData(head.concat(submission))
            .build();
    if (submission.size() > QuorumServer.MAX_SUBMISSION_BYTES) {
      // from a member that did not check: an entry that is too large would depose the leader
      transaction.setException(
          new IOException("a submission of " + submission.size() + " bytes does not fit the log"));
    }
    return transaction;
  }

  /** Always completes normally: a refusal is a value in the reply. */
  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    ByteString data = entry.getStateMachineLogEntry().getLogData();
    try {
      byte[] answer = replica.apply(entry.getTerm(), entry.getIndex(), data.asReadOnlyByteBuffer());
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return CompletableFuture.completedFuture(
          Message.valueOf(UnsafeByteOperations.unsafeWrap(answer)));
    } catch (StoreFailure | RuntimeException | Error failure) {
      // Ratis would close the group silently and leave the process up
      halt.halt("metadata entry " + entry.getIndex() + " could not be applied", failure);
      throw new IllegalStateException("halting", failure);
    }
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    super.notifyTermIndexUpdated(term, index);
    replica.advance(term, index);
  }

  /** Nobody reads through Ratis: see {@link QuorumServer#readIndex}. */
  @Override
  public CompletableFuture<Message> query(Message request) {
    return CompletableFuture.failedFuture(new IOException("reads are served from the view"));
  }

  /** Nobody reads stale; the base class would leave the caller waiting for ever. */
  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return CompletableFuture.failedFuture(new IOException("stale reads are not served"));
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return storage;
  }

  @Override
  public long takeSnapshot() throws IOException {
    if (getLifeCycleState() != LifeCycle.State.RUNNING) {
      return RaftLog.INVALID_LOG_INDEX;
    }
    long index = replica.view().appliedIndex();
    if (index < 0 || index <= storage.newestIndex()) {
      return storage.newestIndex();
    }
    SnapshotFiles.Named taken = snapshot();
    storage.opened(Optional.of(taken));
    log.atInfo().addKeyValue("snapshot", taken.path().getFileName()).log("snapshot taken");
    return taken.index();
  }

  private SnapshotFiles.Named snapshot() throws IOException {
    try {
      return replica.snapshot(storage.files());
    } catch (StoreDamage damaged) {
      halt.halt(EndReason.openMetadataDamaged(settings, damaged), damaged);
      throw damaged;
    }
  }

  /** Called by a network thread while the updater may still be applying: only marks the state. */
  @Override
  public void pause() {
    data().snapshotComes();
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  /** A snapshot of the leader's has been put in place of ours. */
  @Override
  public void reinitialize() throws IOException {
    try {
      getLifeCycle().startAndTransition(this::open);
      data().snapshotCame();
    } catch (IOException | RuntimeException failure) {
      cannotTakeIn(failure);
      throw failure;
    }
  }

  /** A snapshot that the leader sends finds no place on this disk, or an error of ours: halts. */
  void cannotTakeIn(Exception why) {
    haltUnlessStopping(EndReason.snapshotNotTakenIn(settings, why), why);
  }

  /** The term and the vote in it, of this peer's own election or another's. */
  void termNotWritten(IOException why) {
    haltUnlessStopping(EndReason.logNotWritten(settings, why), why);
  }

  /** Whether a snapshot may be sent, see {@link SnapshotCheck}. Threads that send. */
  boolean isWhole(SnapshotInfo snapshot, Runnable later) {
    return check.isWhole(snapshot, later);
  }

  /** It would be sent in vain, again and again. */
  private void damaged(StoreDamage what) {
    halt.halt(EndReason.sentSnapshotDamaged(what), what);
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    configurationTerm = term;
    boolean joint = configuration.getOldPeersCount() > 0;
    if (joint || division().filter(own -> isNewest(own, index)).isEmpty()) {
      return;
    }
    RatisPeers.formation(ProtoUtils.toRaftPeers(configuration.getPeersList()))
        .ifPresent(observer::votersApplied);
  }

  /** Not so while a log is read again, or caught up on. */
  private static boolean isNewest(RaftServer.Division division, long index) {
    return division.getRaftConf().getLogEntryIndex() == index;
  }

  /** Called by the updater, which has just applied the first configuration of the leader's term. */
  @Override
  public void notifyLeaderReady() {
    log.atInfo().addKeyValue("node", settings.nodeId()).log("leads the quorum");
    observer.leaderReady(configurationTerm);
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    log.atInfo()
        .addKeyValue("node", settings.nodeId())
        .addKeyValue("unanswered", pending.size())
        .log("leads the quorum no longer");
    observer.leaderLost(division().map(own -> own.getInfo().getCurrentTerm()).orElse(0L));
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    log.atInfo().addKeyValue("leader", leader).log("the quorum has a leader");
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
    halt.halt(EndReason.logNotWritten(settings, cause), cause);
  }

  /**
   * Ratis says of a single log that it was shut down when a voter has answered that this peer is
   * not one any more.
   */
  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
    toldOfShutdown.countDown();
    if (allServer) {
      serverClosed();
    } else if (!stopping) {
      observer.removed();
    }
  }

  /**
   * Closing the state machine is all that Ratis does when its updater or log worker dies, and the
   * first thing that it does when this peer was removed.
   */
  @Override
  public void close() {
    if (!stopping) {
      switch (ClosedAs.of(division())) {
        case REMOVED_LEADER -> observer.removed();
        case CANDIDATE -> haltUnlessToldOfShutdown();
        case WITH_SERVER -> serverClosed();
        case OTHER -> haltUnlessStopping(ClosedUnasked.log());
      }
    }
    replica.close();
  }

  private Optional<RaftServer.Division> division() {
    Optional<RaftServer> server = Optional.ofNullable(getServer().getNow(null));
    if (server.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(server.get().getDivision(RaftGroupId.valueOf(settings.groupId())));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Ratis has closed its server; it tells only those whose log is open. Any thread. */
  void serverClosed() {
    haltUnlessStopping(ClosedUnasked.server());
  }

  /** A candidate may have been told that it was removed: Ratis says so after it closed the log. */
  private void haltUnlessToldOfShutdown() {
    Thread.ofVirtual()
        .name("quorum-end")
        .start(() -> {
          try {
            if (!toldOfShutdown.await(SHUTDOWN_TOLD_MS, TimeUnit.MILLISECONDS)) {
              haltUnlessStopping(ClosedUnasked.log());
            }
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void haltUnlessStopping(ClosedUnasked closed) {
    haltUnlessStopping(closed.sentence(), closed);
  }

  private void haltUnlessStopping(String what, Exception why) {
    if (!stopping) {
      halt.halt(what, why);
    }
  }
}
