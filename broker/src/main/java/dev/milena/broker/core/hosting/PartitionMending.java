package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.LogMending;
import dev.milena.log.OffsetOutOfRange;
import dev.milena.log.PartitionLog;
import dev.milena.log.SegmentInspection;
import dev.milena.log.SegmentInspection.Finding;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.PartitionReplica;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has other replicas give what this one's disk has changed (invariant I13), one segment at a time.
 * Roles do not matter: the batches of all replicas are the same bytes below the high watermark.
 *
 * <pre>
 *   damage noted -> LOOKING --sound, or cut--> the next
 *                    |   ^
 *              damaged   | put back
 *                    v   |
 *                   ASKING one replica after the other --none has it--> left alone for a while,
 *                                                                       and LOOKING behind it
 * </pre>
 *
 * <p>Nothing is cut here, and nobody leaves the in-sync replicas: whoever else has lost another
 * batch may need those that are whole.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionMending {
  /** So long one replica is waited for. */
  static final long ANSWER_MS = 5_000;

  /** After all were asked in vain, and after a file that could not be read for now. */
  static final long AGAIN_MS = 10_000;

  /** Places that wait; more are found again by who reads them. */
  private static final int MOST_NOTED = 64;

  /** So much is looked at before others have the reader thread. */
  private static final int LOOK_BYTES = 8 << 20;

  private static final long NEVER = Long.MAX_VALUE;
  private static final Logger events = LoggerFactory.getLogger(PartitionMending.class);

  private final PartitionAddress address;
  private final HostingContext context;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final LoopLinks links;
  private final ReplicaHost host;
  private final Consumer<? super LoopFact> post;
  private final TreeSet<Long> noted = new TreeSet<>();
  private final BatchesInVain inVain = new BatchesInVain();
  private Optional<Mend> underWay = Optional.empty();

  /** Whether there is anybody to ask. Read by any thread. */
  private volatile boolean hope;

  /** One segment that is being mended. */
  private static final class Mend {
    private final SegmentInspection inspection;
    private final long beganMs;
    private final ArrayDeque<Integer> toAsk = new ArrayDeque<>();
    private Optional<Finding.Damaged> lacking = Optional.empty();
    private int asked;
    private long dueMs = NEVER;

    Mend(SegmentInspection inspection, long nowMs) {
      this.inspection = inspection;
      this.beganMs = nowMs;
    }

    /** A reader thread has the inspection, and its answer comes. */
    boolean isBeingLookedAt() {
      return lacking.isEmpty() && dueMs == NEVER;
    }
  }

  PartitionMending(
      PartitionAddress address,
      HostingContext context,
      PartitionLog log,
      PartitionReplica replica,
      LoopLinks links,
      ReplicaHost host,
      Consumer<? super LoopFact> post) {
    this.address = address;
    this.context = context;
    this.log = log;
    this.replica = replica;
    this.links = links;
    this.host = host;
    this.post = post;
  }

  /** As {@link DamageEar#found}. */
  @OwnedBy(Owner.ANY_THREAD)
  boolean read(DamageEar.Place place) {
    if (inVain.hold(place)) {
      // it is asked for again without being told
      return false;
    }
    post.accept(new LoopFact.DamageFound(address.id(), log, place.offset()));
    return hope;
  }

  /** Other replicas may hold the partition by now. */
  void rowChanged() {
    hope = replica.facts().replicas().size() > 1 && !replica.isLogFailed();
  }

  /** Bytes at or behind an offset may be damaged. */
  void note(long offset) {
    if (replica.facts().replicas().size() < 2) {
      // there is nobody to ask
      return;
    }
    if (noted.size() < MOST_NOTED) {
      noted.add(offset);
    }
    begin();
  }

  private void begin() {
    while (underWay.isEmpty() && !noted.isEmpty() && !replica.isLogFailed()) {
      long offset = noted.removeFirst();
      try {
        // the batch that holds the log's start may begin in front of it
        long from = Math.max(offset, log.logStart());
        Mend next = new Mend(log.mending().inspect(from), host.nowMs());
        underWay = Optional.of(next);
        look(next);
      } catch (OffsetOutOfRange gone) {
        // forgotten, cut, or not flushed yet: nobody reads it, or whoever does finds it again
        inVain.forget(offset);
      }
    }
  }

  private void look(Mend mend) {
    look(mend, false);
  }

  private void look(Mend mend, boolean behindDamage) {
    mend.dueMs = NEVER;
    try {
      context.readers().execute(() -> lookNow(mend.inspection, behindDamage));
    } catch (RejectedExecutionException full) {
      mend.dueMs = host.nowMs() + AGAIN_MS;
    }
  }

  @OwnedBy(Owner.READER_THREAD)
  private void lookNow(SegmentInspection inspection, boolean behindDamage) {
    Optional<Finding> finding = Optional.empty();
    try {
      finding =
          Optional.of(
              behindDamage ? inspection.lookBehind(LOOK_BYTES) : inspection.look(LOOK_BYTES));
    } catch (IOException notNow) {
      events
          .atWarn()
          .addKeyValue("partition", address.name())
          .addKeyValue("segment", inspection.baseOffset())
          .addKeyValue("reason", notNow.getMessage())
          .log("a segment could not be looked over; it is tried again");
    } finally {
      post.accept(new LoopFact.LookedOver(address.id(), inspection, finding));
    }
  }

  /** A look is over. */
  void lookedOver(LoopFact.LookedOver looked) {
    Optional<Mend> mine = underWay.filter(mend -> mend.inspection == looked.inspection());
    if (mine.isEmpty()) {
      // of a log that was let go of meanwhile
      looked.inspection().close();
      return;
    }
    Mend mend = mine.get();
    mend.dueMs = host.nowMs();
    Optional<String> failed = log.offlineReason();
    if (failed.isPresent()) {
      host.storageFailed(failed.get());
    } else if (looked.finding().isEmpty()) {
      mend.dueMs = host.nowMs() + AGAIN_MS;
    } else {
      found(mend, looked.finding().get());
    }
  }

  private void found(Mend mend, Finding finding) {
    switch (finding) {
      case Finding.More() -> look(mend);
      case Finding.Sound() -> over(mend);
      case Finding.Cut() -> beginAgain(mend);
      case Finding.Damaged damaged -> {
        if (inVain.isLeft(damaged.offset(), host.nowMs())) {
          look(mend, true);
        } else {
          mend.lacking = Optional.of(damaged);
          askAll(mend);
        }
      }
    }
  }

  private void over(Mend mend) {
    long from = mend.inspection.baseOffset();
    long end = mend.inspection.endOffset();
    noted.removeIf(offset -> from <= offset && offset < end);
    inVain.keepFound(from, end, mend.beganMs);
    giveUp(mend);
    begin();
  }

  private void giveUp(Mend mend) {
    mend.inspection.close();
    underWay = Optional.empty();
    rowChanged();
  }

  /** The log was cut, perhaps far behind what is damaged. */
  private void beginAgain(Mend mend) {
    mend.lacking.ifPresent(one -> noted.add(one.offset()));
    giveUp(mend);
    begin();
  }

  private void askAll(Mend mend) {
    if (mend.inspection.isCut()) {
      beginAgain(mend);
      return;
    }
    mend.toAsk.clear();
    mend.toAsk.addAll(MendingOrder.of(replica.facts(), context.self()));
    askNext(mend);
  }

  private void askNext(Mend mend) {
    Finding.Damaged lacking = mend.lacking.orElseThrow();
    Integer next = mend.toAsk.poll();
    if (next == null && lacking.offset() < log.logStart()) {
      // forgotten by all, and by this one as soon as the segment goes; what lies behind it is not
      mend.lacking = Optional.empty();
      look(mend, true);
      return;
    }
    if (next == null) {
      long from = mend.inspection.baseOffset();
      long end = mend.inspection.endOffset();
      if (inVain.note(lacking.offset(), from, end, host.nowMs() + AGAIN_MS)) {
        damaged(
            inVain.isFull()
                ? "is damaged, as many others of this log are that no other replica gave; they are asked for again; look after them"
                : "is damaged, and no other replica gave it; it is asked for again; look after them",
            mend);
      }
      mend.lacking = Optional.empty();
      look(mend, true);
      return;
    }
    mend.asked = next;
    mend.dueMs = host.nowMs() + ANSWER_MS;
    links.say(
        next, new FollowerWord.Lack(address.id(), replica.facts().leaderEpoch(), lacking.offset()));
  }

  private void damaged(String what, Mend mend) {
    Finding.Damaged lacking = mend.lacking.orElseThrow();
    events
        .atError()
        .addKeyValue("partition", address.name())
        .addKeyValue("offset", lacking.offset())
        .addKeyValue("reason", lacking.reason())
        .log("a stored batch " + what);
  }

  /**
   * A replica answers. What it gives is taken also when it was waited for no longer: it is checked
   * in any case. That it has nothing concerns only the one that is waited for.
   */
  void heard(int broker, LeaderWord.Piece piece) {
    underWay
        .filter(mend -> mend.lacking.filter(one -> one.offset() == piece.offset()).isPresent())
        .ifPresent(mend ->
            piece
                .batch()
                .ifPresentOrElse(
                    batch -> put(mend, broker, batch), () -> hasNotGiven(mend, broker)));
  }

  private void hasNotGiven(Mend mend, int broker) {
    if (mend.asked == broker) {
      askNext(mend);
    }
  }

  private void put(Mend mend, int broker, ByteBuffer batch) {
    Finding.Damaged lacking = mend.lacking.orElseThrow();
    LogMending mending = log.mending();
    if (mend.inspection.isCut()) {
      beginAgain(mend);
      return;
    }
    try {
      String misfit = mending.put(mend.inspection, batch);
      if (!misfit.isEmpty()) {
        if (!inVain.hold(new DamageEar.Place(lacking.offset(), true))) {
          damaged(
              "is damaged, and what broker %s has does not fit: %s".formatted(broker, misfit),
              mend);
        }
        hasNotGiven(mend, broker);
        return;
      }
    } catch (IOException failed) {
      log.offlineReason()
          .ifPresentOrElse(host::storageFailed, () -> mend.dueMs = host.nowMs() + AGAIN_MS);
      return;
    }
    events
        .atWarn()
        .addKeyValue("partition", address.name())
        .addKeyValue("offset", lacking.offset())
        .addKeyValue("bytes", batch.remaining())
        .addKeyValue("from", broker)
        .addKeyValue("reason", lacking.reason())
        .log("a damaged batch was replaced with another replica's; look after the disk");
    context.storage().mended();
    mend.lacking = Optional.empty();
    inVain.forget(lacking.offset());
    look(mend);
  }

  /** Time has passed. */
  void tick() {
    if (underWay.isEmpty()) {
      inVain.due(host.nowMs()).ifPresent(noted::add);
      begin();
      return;
    }
    Optional<Mend> due = underWay.filter(mend -> host.nowMs() >= mend.dueMs);
    if (due.isEmpty()) {
      return;
    }
    Mend mend = due.get();
    if (mend.lacking.isEmpty()) {
      look(mend);
    } else {
      askNext(mend);
    }
  }

  long nextDueMs() {
    return underWay.map(mend -> mend.dueMs).orElseGet(inVain::nextDueMs);
  }

  /** The log is let go of, or is offline. */
  void stop() {
    noted.clear();
    inVain.clear();
    underWay.filter(mend -> !mend.isBeingLookedAt()).ifPresent(mend -> mend.inspection.close());
    underWay = Optional.empty();
  }
}
