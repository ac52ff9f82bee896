package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.log.PartitionLog;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Owns a set of partitions. {@link #turn} is a plain method: a thread of {@link LoopThread} calls
 * it in a broker, the simulation calls it from its one thread.
 *
 * <p>Three ways in, all open to any thread: assignments (the newest for each partition), facts
 * (flushes and openings that are over) and requests of clients (bounded, in order). A turn takes
 * them in this order, so that whoever was told of a topic finds it here.
 */
@OwnedBy(Owner.PARTITION_LOOP)
public final class PartitionLoop {
  private static final String STOPPING = "this broker is stopping; ask another";

  /** Requests taken in one turn, so that timers and flushes get theirs. */
  private static final int REQUESTS_A_TURN = 256;

  /** It only goes forward. */
  private enum Life {
    RUNNING,
    STOPPING,
    STOPPED
  }

  private final HostingContext context;
  private final LoopPeers peers;
  private final LogOpenings openings;
  private final ArrayBlockingQueue<ClientRequest> requests;
  private final ConcurrentLinkedQueue<LoopFact> facts = new ConcurrentLinkedQueue<>();
  private final ConcurrentSkipListMap<PartitionId, Assignment> assignments =
      new ConcurrentSkipListMap<>();
  private final PartitionSlots slots = new PartitionSlots();
  private final LoopCopies copies;
  private final List<Runnable> whenSettled = new ArrayList<>();
  private final LoopBell bell;
  private @Nullable Runnable afterStop;
  private volatile Life life = Life.RUNNING;

  /**
   * A loop without partitions.
   *
   * @param quorum told what its partitions say about who is in sync
   * @param bell rung whenever something was put in
   */
  public PartitionLoop(HostingContext context, IsrRequests quorum, LoopBell bell) {
    this.context = context;
    this.peers = new LoopPeers(quorum, this::post);
    this.bell = bell;
    this.openings = new LogOpenings(context, this::post);
    this.copies = new LoopCopies(context.self(), slots, openings, new LoopLinks(context.links()));
    this.requests = new ArrayBlockingQueue<>(context.limits().mailbox());
  }

  /** Hands a client's request over; false when the mailbox is full. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  public boolean offer(ClientRequest request) {
    boolean taken = life == Life.RUNNING && requests.offer(request);
    // A stop may have emptied the mailbox between the two: nobody would take the request any more.
    if (life != Life.RUNNING && (!taken || requests.remove(request))) {
      refuseForStop(request);
      return true;
    }
    bell.ring();
    return taken;
  }

  /** What to answer when {@link #offer} took a request not. */
  @OwnedBy(Owner.ANY_THREAD)
  public Refusal mailboxFull(PartitionName where) {
    return Refusal.overloaded(
        where,
        "%s requests wait for their turn on the thread of %s, the most there may be"
            .formatted(context.limits().mailbox(), where));
  }

  /** Says what the image wants of a partition now; an older word not yet taken is replaced. */
  @OwnedBy(Owner.ANY_THREAD)
  public void assign(PartitionId id, Assignment assignment) {
    assignments.put(id, assignment);
    bell.ring();
  }

  /** Tells what another broker said of copies, or of its stream. Never refused. */
  @OwnedBy(Owner.ANY_THREAD)
  public void tell(LoopFact.OfCopies fact) {
    post(fact);
  }

  /** Says which brokers are registered now. */
  @OwnedBy(Owner.ANY_THREAD)
  public void brokersAre(KnownBrokers brokers) {
    peers.brokersAre(brokers);
    bell.ring();
  }

  /** Runs something on the loop once every partition assigned so far is open, or cannot be. */
  @OwnedBy(Owner.ANY_THREAD)
  public void whenSettled(Runnable run) {
    post(new LoopFact.WhenSettled(run));
  }

  /** The partitions whose log could not be opened, other than for want of room. */
  @OwnedBy(Owner.ANY_THREAD)
  public Map<PartitionId, LogFailure> unusable() {
    return openings.unusable();
  }

  /** How many steps it has made; while it is stuck in one they do not grow. Any thread. */
  @OwnedBy(Owner.ANY_THREAD)
  public long steps() {
    return slots.steps();
  }

  /** Says that a disk does not answer: who lies there takes and gives nothing any more. */
  @OwnedBy(Owner.ANY_THREAD)
  public void directoryGivenUp() {
    post(new LoopFact.DirectoryGivenUp());
  }

  /** Closes every partition and then runs something; the loop takes nothing afterwards. */
  @OwnedBy(Owner.ANY_THREAD)
  public void stop(Runnable afterwards) {
    post(new LoopFact.Stop(afterwards));
  }

  /**
   * Does what there is to do.
   *
   * @param nowMs the monotonic clock
   * @return when to be called again, on the same clock, if no bell rings earlier
   */
  public long turn(long nowMs) {
    slots.step();
    takeBrokers(nowMs);
    takeAssignments(nowMs);
    takeFacts(nowMs);
    takeRequests(nowMs);
    tickDue(nowMs);
    endTurn(nowMs);
    return hasWork() ? nowMs : Math.min(slots.nextDueMs(), openings.nextDueMs());
  }

  /** Whether {@link #stop} is done. */
  @OwnedBy(Owner.ANY_THREAD)
  public boolean isStopped() {
    return life == Life.STOPPED;
  }

  private boolean hasWork() {
    return !requests.isEmpty() || !facts.isEmpty() || !assignments.isEmpty() || peers.hasNews();
  }

  private void takeBrokers(long nowMs) {
    Optional<KnownBrokers> newer = peers.take();
    if (newer.isEmpty()) {
      return;
    }
    for (PartitionSlot slot : slots.all()) {
      slot.hosted().ifPresent(hosted -> hosted.brokersAre(newer.get(), nowMs));
      slots.schedule(slot);
    }
  }

  private void takeAssignments(long nowMs) {
    Map.Entry<PartitionId, Assignment> next = assignments.pollFirstEntry();
    while (next != null) {
      switch (next.getValue()) {
        case Assignment.Hold hold -> hold(next.getKey(), hold, nowMs);
        case Assignment.Drop drop -> drop(next.getKey(), drop);
      }
      next = assignments.pollFirstEntry();
    }
  }

  private void hold(PartitionId id, Assignment.Hold hold, long nowMs) {
    Optional<PartitionSlot> known = slots.of(id);
    if (known.isEmpty()) {
      PartitionSlot fresh =
          new PartitionSlot(
              new PartitionAddress(id, hold.name()),
              hold,
              peers.wishesOf(id),
              context.limits().opening(),
              nowMs);
      slots.add(fresh);
      openings.open(id, hold.settings());
      slots.touch(fresh);
      return;
    }
    known.get().assigned(hold, nowMs);
    if (openings.isUnusable(id)) {
      copies.rowChanged(known.get(), nowMs);
    }
    slots.touch(known.get());
  }

  private void drop(PartitionId id, Assignment.Drop why) {
    ErrorKind kind = why.deleted() ? ErrorKind.UNKNOWN_TOPIC : ErrorKind.LEADER_NOT_AVAILABLE;
    String message =
        why.deleted() ? "the topic was deleted" : "other brokers hold the partition now; try again";
    Optional<PartitionLog> open = slots.remove(id).flatMap(slot -> slot.drop(kind, message));
    open.ifPresentOrElse(log -> openings.discard(id, log), () -> openings.delete(id));
  }

  private void takeFacts(long nowMs) {
    LoopFact fact = facts.poll();
    while (fact != null) {
      switch (fact) {
        case LoopFact.OpenDone(PartitionId id, LogStorage.Stored stored) ->
            opened(id, stored, nowMs);
        case LoopFact.OpenFailed failed -> openFailed(failed, nowMs);
        case LoopFact.DeletionOver over -> openings.deletionOver(over, nowMs);
        case LoopFact.FlushDone(PartitionId id, var result) ->
            tell(id, hosted -> hosted.flushDone(result, nowMs));
        case LoopFact.IsrRefused(PartitionId id, int partitionEpoch) ->
            tell(id, hosted -> hosted.isrRefused(partitionEpoch, nowMs));
        case LoopFact.OfCopies copied -> copies.take(copied, nowMs);
        case LoopFact.DirectoryGivenUp() -> leaveGivenUp(nowMs);
        case LoopFact.WhenSettled(Runnable run) -> whenSettled.add(run);
        case LoopFact.Stop(Runnable afterwards) -> stopRequested(afterwards, nowMs);
      }
      fact = facts.poll();
    }
  }

  private void tell(PartitionId id, Consumer<HostedPartition> what) {
    slots
        .of(id)
        .ifPresent(slot -> {
          slot.hosted().ifPresent(what);
          slots.touch(slot);
        });
  }

  private void leaveGivenUp(long nowMs) {
    for (PartitionSlot slot : slots.all()) {
      slot.hosted().ifPresent(hosted -> hosted.leaveIfGivenUp(nowMs));
      slots.schedule(slot);
    }
  }

  private void opened(PartitionId id, LogStorage.Stored stored, long nowMs) {
    boolean dropped = openings.openingOver();
    Optional<PartitionSlot> waiting = slots.of(id);
    if (waiting.isEmpty() || dropped) {
      openings.discard(id, stored.log());
      return;
    }
    PartitionSlot slot = waiting.get();
    HostedPartition partition =
        new HostedPartition(
            slot.address(),
            context,
            stored,
            slot.wishes(),
            copies.links(),
            this::post,
            this::takeBack);
    partition.brokersAre(peers.brokers(), nowMs);
    slot.opened(partition, nowMs);
    partition.leaveIfGivenUp(nowMs);
    slots.touch(slot);
  }

  private void openFailed(LoopFact.OpenFailed failed, long nowMs) {
    boolean dropped = openings.openingOver();
    if (dropped) {
      openings.deleteFiles(failed.id());
    } else {
      slots.of(failed.id()).ifPresent(slot -> openFailed(slot, failed, nowMs));
    }
  }

  private void openFailed(PartitionSlot slot, LoopFact.OpenFailed failed, long nowMs) {
    long again = failed.noSpace() ? nowMs + LogOpenings.RETRY_MS : Long.MAX_VALUE;
    ErrorKind kind = failed.noSpace() ? ErrorKind.STORAGE_FULL : ErrorKind.STORAGE_OFFLINE;
    slot.failed(kind, failed.reason(), again);
    if (failed.noSpace()) {
      slot.quest().noSpace();
    } else {
      copies.openFailed(slot, failed.damage(), nowMs);
    }
    slots.touch(slot);
  }

  private void takeRequests(long nowMs) {
    for (int i = 0; i < REQUESTS_A_TURN; i++) {
      ClientRequest request = requests.poll();
      if (request == null) {
        return;
      }
      Optional<PartitionSlot> slot = slots.of(request.where().id());
      if (slot.isEmpty()) {
        request.refuse(
            PartitionRefusals.notHere(request, request.where().name() + " is not on this broker"));
      } else {
        slot.get().request(request, nowMs);
        slots.touch(slot.get());
      }
    }
  }

  /** Whoever is due again at once has had its turn and waits for the next. */
  private void tickDue(long nowMs) {
    List<PartitionSlot> ticked = new ArrayList<>();
    Optional<PartitionSlot> due = slots.takeDue(nowMs);
    while (due.isPresent()) {
      tick(due.get(), nowMs);
      ticked.add(due.get());
      due = slots.takeDue(nowMs);
    }
    ticked.forEach(slots::touch);
  }

  private void tick(PartitionSlot slot, long nowMs) {
    if (slot.takeReopen(nowMs)) {
      openings.open(slot.address().id(), slot.wanted().settings());
    }
    copies.askIfDue(slot, nowMs);
    slot.tick(nowMs);
  }

  private void endTurn(long nowMs) {
    slots.endOfTurn();
    copies.links().flush();
    RoleNotices.tell(context.roles());
    if (afterStop != null && openings.areDone(nowMs)) {
      stopNow(afterStop);
      afterStop = null;
    }
    openings.startNext(nowMs);
    if (!whenSettled.isEmpty() && openings.areOver() && assignments.isEmpty()) {
      List<Runnable> settled = List.copyOf(whenSettled);
      whenSettled.clear();
      settled.forEach(Runnable::run);
    }
  }

  private void stopRequested(Runnable afterwards, long nowMs) {
    afterStop = afterwards;
    life = Life.STOPPING;
    openings.stop(nowMs);
    for (ClientRequest late = requests.poll(); late != null; late = requests.poll()) {
      refuseForStop(late);
    }
  }

  /** Of one whose turn has not come: a write of it is not in the log, and will not be. */
  private static void refuseForStop(ClientRequest request) {
    request.refuseUntouched(Refusal.of(ErrorKind.SHUTTING_DOWN, request.where().name(), STOPPING));
  }

  private void stopNow(Runnable afterwards) {
    slots.all().forEach(slot -> slot.close(ErrorKind.SHUTTING_DOWN, STOPPING));
    slots.clear();
    life = Life.STOPPED;
    afterwards.run();
  }

  private void post(LoopFact fact) {
    facts.add(fact);
    bell.ring();
  }

  private void takeBack(ClientRequest request) {
    if (!offer(request)) {
      request.refuse(mailboxFull(request.where().name()));
    }
  }
}
