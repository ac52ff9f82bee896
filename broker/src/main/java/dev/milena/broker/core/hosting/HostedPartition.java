package dev.milena.broker.core.hosting;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.FlushResult;
import dev.milena.log.GroupFlush;
import dev.milena.log.PartitionLog;
import dev.milena.log.SegmentInspection;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.EffectSink;
import dev.milena.replication.Following;
import dev.milena.replication.Leading;
import dev.milena.replication.LogEnds;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.ReplicaEvent;
import dev.milena.replication.ReplicaSet;
import dev.milena.replication.ReplicaSettings;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open partition: its log, its replica, the requests that wait for it, and those who copy it.
 * The replica decides, this class and its halves perform: they append, ask for flushes, and answer.
 *
 * <p>"When is this record safe?" {@link PartitionWrites} appends it, {@link #flushDone} learns that
 * it is on disk here and {@link PartitionFeeds} that it is on followers', the replica moves the
 * high watermark, and {@link #highWatermarkMoved} answers.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class HostedPartition implements EffectSink, ReplicaHost {
  private static final Logger events = LoggerFactory.getLogger(HostedPartition.class);

  private final PartitionAddress address;
  private final HostingContext context;
  private final IsrWishes wishes;
  private final PartitionLog log;
  private final FlushRequests flush;
  private final PartitionReplica replica;
  private final PartitionRequests requests;
  private final PartitionFeeds feeds;
  private final PartitionFollows follows;
  private final PartitionUpkeep upkeep;
  private final RoleNotices notices;
  private long nowMs;

  /**
   * A partition whose log was opened; idle until it is told the facts.
   *
   * @param stored its log and who flushes it
   * @param wishes what it says to the quorum
   * @param links what it says to other brokers
   * @param post takes what flushes and reads came to back to the loop; called on any thread
   * @param again takes a request back to the loop's mailbox; called on any thread
   */
  HostedPartition(
      PartitionAddress address,
      HostingContext context,
      LogStorage.Stored stored,
      IsrWishes wishes,
      LoopLinks links,
      Consumer<? super LoopFact> post,
      Consumer<? super ClientRequest> again) {
    this.address = address;
    this.context = context;
    this.wishes = wishes;
    this.notices = new RoleNotices(address, context.start(), context.roles());
    this.log = stored.log();
    GroupFlush groupFlush = stored.flush();
    FlushPace pace = new FlushPace(context.limits().unflushed());
    this.flush =
        new FlushRequests(
            log,
            groupFlush,
            result -> post.accept(new LoopFact.FlushDone(address.id(), result)),
            pace);
    this.replica =
        new PartitionReplica(
            context.self(),
            log.logStart(),
            new LogEnds(log.logEnd(), log.flushedEnd()),
            ReplicaSettings.DEFAULTS);
    this.feeds = new PartitionFeeds(address, context, log, replica, links, this, post);
    this.follows = new PartitionFollows(address, context, log, replica, links, this, post);
    this.requests =
        new PartitionRequests(
            log,
            replica,
            new PartitionWrites(address, context, log, replica, feeds, this),
            new PartitionReads(context, log, replica, again, this));
    this.upkeep = new PartitionUpkeep(address, context, log, replica, links, this, post);
  }

  /** The image changed: roles, in-sync replicas or the log's settings. */
  void assigned(Assignment.Hold wanted, long now) {
    nowMs = now;
    log.configure(wanted.settings());
    flush.pace().bound(wanted.flush());
    requests.maxBatchBytesIs(wanted.settings().maxBatchBytes());
    step(new ReplicaEvent.FactsChanged(wanted.facts()));
    feeds.rowChanged(wanted.adding());
    upkeep.rowChanged();
    if (replica.isLogFailed()) {
      wishes.lost(wanted.facts());
    }
  }

  /** Other brokers came or went. */
  void brokersAre(KnownBrokers brokers, long now) {
    nowMs = now;
    wishes.countOn(brokers.standings());
    step(new ReplicaEvent.StandingsChanged(brokers.standings()));
    feeds.brokersAre(brokers);
  }

  /** The quorum decided against the in-sync replicas that were wanted. */
  void isrRefused(int partitionEpoch, long now) {
    nowMs = now;
    step(new ReplicaEvent.IsrRefused(partitionEpoch));
  }

  /** Takes a client's request and answers it, now or later. */
  void request(ClientRequest request, long now) {
    nowMs = now;
    requests.take(request, now);
  }

  /** At the end of a turn: one request for a flush for everything that was appended in it. */
  void endOfTurn() {
    flush.requestIfDue(nowMs);
    feeds.endOfTurn();
  }

  @Override
  public void step(ReplicaEvent event) {
    replica.step(nowMs, event, this);
    follows.settle();
  }

  @Override
  public void appended(long records, long logEnd) {
    flush.pace().appended((int) Math.min(Integer.MAX_VALUE, records), nowMs);
    step(new ReplicaEvent.Appended(logEnd));
  }

  @Override
  public long nowMs() {
    return nowMs;
  }

  /** A broker that copies this partition says something. */
  void heardFollower(FollowerSession follower, FollowerWord word, long now) {
    nowMs = now;
    if (word instanceof FollowerWord.Lack lack) {
      upkeep.asked(follower, lack);
    } else {
      feeds.heard(follower, word);
    }
  }

  boolean isOf(PartitionLog other) {
    return log.equals(other);
  }

  /** A follower's stream is over. */
  void followerGone(FollowerSession follower) {
    feeds.ended(follower);
  }

  /** A read for a follower is over. */
  void feedRead(LoopFact.FeedRead done, long now) {
    nowMs = now;
    feeds.readDone(done);
  }

  @Override
  @OwnedBy(Owner.ANY_THREAD)
  public boolean found(Place place) {
    return upkeep.damageRead(place);
  }

  @Override
  @OwnedBy(Owner.ANY_THREAD)
  public boolean isNews(long offset) {
    return upkeep.isNews(offset);
  }

  /** Bytes of a log, of this one or of an earlier life, were found damaged. */
  void damageFound(LoopFact.DamageFound found, long now) {
    nowMs = now;
    if (isOf(found.log())) {
      upkeep.damageFound(found.offset());
    }
  }

  /** The segment that holds an offset, to be looked over; empty when nothing there is flushed. */
  Optional<SegmentInspection> inspect(long from) {
    return upkeep.inspect(from);
  }

  /** A part of a segment was looked over. */
  void lookedOver(LoopFact.LookedOver looked, long now) {
    nowMs = now;
    upkeep.lookedOver(looked);
  }

  /** A broker that this partition may follow, or that holds it too, says something. */
  void heardLeader(int leader, LeaderWord word, long now) {
    nowMs = now;
    if (word instanceof LeaderWord.Piece piece) {
      upkeep.heard(leader, piece);
    } else {
      follows.heard(leader, word);
    }
  }

  /** The way to a broker is new: if this partition follows it, it asks again. */
  void askAgain(int leader, long now) {
    nowMs = now;
    if (replica.role() instanceof Following following && following.leader() == leader) {
      step(new ReplicaEvent.AskAgain());
    }
  }

  /** A round of the group flush is over. */
  void flushDone(FlushResult result, long now) {
    if (!result.log().equals(log)) {
      // Of an earlier life of this partition: it says nothing about what is written now.
      return;
    }
    nowMs = now;
    flush.pace().roundOver();
    log.apply(result);
    switch (result) {
      case FlushResult.Flushed _ -> step(new ReplicaEvent.Flushed(log.flushedEnd()));
      case FlushResult.FlushFailed(PartitionLog _, String reason) -> storageFailed(reason);
    }
  }

  /** Time has passed. */
  void tick(long now) {
    nowMs = now;
    requests.sweep(now);
    if (now >= replica.nextDueMs()) {
      step(new ReplicaEvent.TimePassed());
    }
    upkeep.tick(now);
  }

  /** When {@link #tick} has something to do next, on the monotonic clock. */
  long nextTickMs() {
    long nextRuleMs = Math.min(flush.pace().nextDueMs(), replica.nextDueMs());
    long nextFeedMs = Math.min(feeds.nextDueMs(), upkeep.nextDueMs());
    return Math.min(Math.min(nextFeedMs, requests.nextDeadlineMs()), nextRuleMs);
  }

  /**
   * Lets go of the log in good order: what can be committed by one last flush is acknowledged, who
   * waits for more is refused. Waits for the disk.
   */
  void close(ErrorKind kind, String message) {
    requests.refuseReads(kind, message);
    upkeep.stop();
    try {
      boolean healthy = log.offlineReason().isEmpty();
      log.close();
      if (healthy) {
        step(new ReplicaEvent.Flushed(log.flushedEnd()));
      }
    } catch (IOException failed) {
      storageFailed(String.valueOf(failed.getMessage()));
    }
    requests.refuseWrites(kind, message + "; what became of these records is unknown");
  }

  /** The partition is gone from here: nothing is waited for. The log is the caller's to delete. */
  PartitionLog drop(ErrorKind kind, String message) {
    upkeep.stop();
    requests.refuseReads(kind, message);
    // what waits here is stored, and lasts where others hold the partition
    requests.refuseWrites(kind.comesBeforeAppending() ? ErrorKind.TIMED_OUT : kind, message);
    return log;
  }

  @Override
  public void storageFailed(String reason) {
    if (!replica.isLogFailed()) {
      events
          .atError()
          .addKeyValue("partition", address.name())
          .addKeyValue("log", log.name())
          .addKeyValue("reason", reason)
          .log("log is offline until the broker is restarted; check the disk");
      flush.pace().stop();
      context.storage().failed(log.name(), LogFailure.ofOpenLog(log, reason));
      step(new ReplicaEvent.LogFailed());
      wishes.lost(replica.facts());
    }
  }

  /** Where the log was taken offline by another thread, as when its disk does not answer. */
  void leaveIfGivenUp(long now) {
    nowMs = now;
    log.offlineReason().ifPresent(this::storageFailed);
  }

  @Override
  public void becameLeader(int leaderEpoch, long epochStart) {
    notices.leads(leaderEpoch, epochStart);
  }

  @Override
  public void becameFollower(int leader, int leaderEpoch) {
    notices.follows(leader, leaderEpoch);
    steppedDown("broker " + leader + " leads " + address.name() + " now");
  }

  @Override
  public void followWanted(int leader, int leaderEpoch) {
    follows.ask(leader, leaderEpoch);
  }

  @Override
  public void truncateWanted(long offset) {
    follows.truncateTo(offset);
  }

  @Override
  public void beginAnewWanted(long offset) {
    follows.beginAnew(offset);
  }

  @Override
  public void forgetWanted(long logStart) {
    follows.forgetBefore(logStart);
  }

  @Override
  public void reportWanted(LogEnds ends) {
    follows.report(ends);
  }

  @Override
  public void becameIdle(int leaderEpoch) {
    if (replica.isLogFailed()) {
      String reason = log.offlineReason().orElse("its log is offline");
      feeds.clear();
      follows.leave();
      upkeep.stop();
      requests.refuseReads(ErrorKind.STORAGE_OFFLINE, reason);
      requests.refuseWrites(
          ErrorKind.STORAGE_OFFLINE, reason + "; what became of these records is unknown");
    } else {
      notices.hasNoLeader(leaderEpoch);
      steppedDown(address.name() + " has no leader now");
    }
  }

  @Override
  public void highWatermarkMoved(long highWatermark) {
    requests.committedTo(highWatermark, nowMs);
  }

  @Override
  public void flushWanted(long logEnd) {
    flush.pace().want();
  }

  @Override
  public void isrWanted(ReplicaSet wanted, int partitionEpoch) {
    wishes.want(((Leading) replica.role()).leaderEpoch(), wanted, partitionEpoch);
  }

  private void steppedDown(String why) {
    feeds.clear();
    requests.refuseReads(ErrorKind.NOT_LEADER, why + "; ask again for its leader");
    requests.refuseWrites(
        ErrorKind.TIMED_OUT, why + "; whether these records last is for the new leader to say");
  }
}
