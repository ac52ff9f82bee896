package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.LogSettings;
import dev.milena.log.OffsetOutOfRange;
import dev.milena.log.PartitionLog;
import dev.milena.log.SegmentInspection;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.Following;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.ReplicaEvent;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done for an open log that nobody asked for: it forgets what is old, and is mended. */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionUpkeep {
  private static final Logger events = LoggerFactory.getLogger(PartitionUpkeep.class);

  private final PartitionAddress address;
  private final HostingContext context;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final ReplicaHost host;
  private final PartitionMending mending;
  private final PartitionPieces pieces;
  private final DamageNotices damage = new DamageNotices();
  private long nextRetentionMs;

  PartitionUpkeep(
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
    this.host = host;
    this.mending = new PartitionMending(address, context, log, replica, links, host, post);
    this.pieces = new PartitionPieces(address, context, log, replica, host);
    this.nextRetentionMs = context.clock().monotonicMs();
  }

  /** As {@link DamageEar#found}. */
  @OwnedBy(Owner.ANY_THREAD)
  boolean damageRead(DamageEar.Place place) {
    return mending.read(place);
  }

  /** As {@link DamageEar#isNews}. */
  @OwnedBy(Owner.ANY_THREAD)
  boolean isNews(long offset) {
    return damage.isDue(offset, context.clock().monotonicMs());
  }

  /** Other replicas may hold the partition by now. */
  void rowChanged() {
    mending.rowChanged();
  }

  /** Bytes at or behind an offset may be damaged. */
  void damageFound(long offset) {
    mending.note(offset);
  }

  /** The segment that holds an offset, to be looked over; empty when nothing there is flushed. */
  Optional<SegmentInspection> inspect(long from) {
    try {
      return replica.isLogFailed()
          ? Optional.empty()
          : Optional.of(log.mending().inspect(Math.max(from, log.logStart())));
    } catch (OffsetOutOfRange none) {
      return Optional.empty();
    }
  }

  /** A part of a segment was looked over. */
  void lookedOver(LoopFact.LookedOver looked) {
    mending.lookedOver(looked);
  }

  /** Another replica lacks a batch. */
  void asked(FollowerSession session, FollowerWord.Lack word) {
    pieces.asked(session, word);
  }

  /** Another replica gives a batch that is lacking here, or not. */
  void heard(int broker, LeaderWord.Piece piece) {
    mending.heard(broker, piece);
  }

  /** Time has passed. */
  void tick(long nowMs) {
    mending.tick();
    if (nowMs >= nextRetentionMs) {
      nextRetentionMs = nowMs + context.limits().retentionCheckMs();
      retain();
    }
  }

  long nextDueMs() {
    return Math.min(nextRetentionMs, mending.nextDueMs());
  }

  /** The log is let go of, or is offline. */
  void stop() {
    mending.stop();
  }

  /** Who follows keeps what its leader keeps (replication rule 11). */
  private void retain() {
    if (replica.isLogFailed() || replica.role() instanceof Following) {
      return;
    }
    long byTimeMs = context.retention().check().orElse(LogSettings.NO_TIME);
    int segments = log.retain(byTimeMs, replica.highWatermark());
    log.offlineReason().ifPresent(host::storageFailed);
    if (segments > 0) {
      events
          .atInfo()
          .addKeyValue("partition", address.name())
          .addKeyValue("segments", segments)
          .addKeyValue("logStart", log.logStart())
          .log("retention let segments go");
      host.step(new ReplicaEvent.LogStartMoved(log.logStart()));
    }
  }
}
