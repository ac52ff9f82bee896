package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.AppendOutcome;
import dev.milena.log.CopyOutcome;
import dev.milena.log.EpochEnd;
import dev.milena.log.KnownProducers;
import dev.milena.log.PartitionLog;
import dev.milena.metadata.PartitionId;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.EpochReach;
import dev.milena.replication.FollowAnswer;
import dev.milena.replication.Following;
import dev.milena.replication.LogEnds;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.ReplicaEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The following half of replication: asks the leader, cuts what it has not, copies what it sends,
 * and tells it how far this log reaches.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionFollows {
  /** So much of one partition may be on its way to this broker. */
  static final int CREDIT_BYTES = 1 << 20;

  /** Credit is given back with a report, unless so much of it is used up before. */
  private static final int MOST_OWED_BYTES = CREDIT_BYTES / 4;

  private static final Logger events = LoggerFactory.getLogger(PartitionFollows.class);

  private final PartitionAddress address;
  private final HostingContext context;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final LoopLinks links;
  private final ReplicaHost host;
  private final Consumer<? super LoopFact> post;
  private OptionalLong truncate = OptionalLong.empty();
  private OptionalLong forget = OptionalLong.empty();
  private Optional<Asked> asked = Optional.empty();
  private int owedBytes;
  private String lastTrouble = "";

  /** Whom this partition follows, or wants to. */
  private record Asked(int leader, int leaderEpoch) {}

  /**
   * Follows nobody.
   *
   * @param post takes back to the loop what it is to do, and not this partition
   */
  PartitionFollows(
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

  /** Asks to be fed from the log's end on. */
  void ask(int leader, int leaderEpoch) {
    asked = Optional.of(new Asked(leader, leaderEpoch));
    owedBytes = 0;
    links.say(
        leader,
        new FollowerWord.Follow(
            address.id(), leaderEpoch, log.logEnd(), log.epochs().lastEpoch(), CREDIT_BYTES));
  }

  /** The log is offline: who fed this partition does so in vain, and counts on nothing any more. */
  void leave() {
    asked.ifPresent(
        one -> links.say(one.leader(), new FollowerWord.Leave(address.id(), one.leaderEpoch())));
    asked = Optional.empty();
  }

  /** Tells the leader how far this log reaches. */
  void report(LogEnds ends) {
    if (replica.role() instanceof Following following) {
      links.say(
          following.leader(), new FollowerWord.Report(address.id(), following.leaderEpoch(), ends));
      giveCredit(following.leader(), following.leaderEpoch());
    }
  }

  private void giveCredit(int leader, int leaderEpoch) {
    if (owedBytes > 0) {
      links.say(leader, new FollowerWord.Credit(address.id(), leaderEpoch, owedBytes));
      owedBytes = 0;
    }
  }

  /** To be done by {@link #settle}. */
  void truncateTo(long offset) {
    truncate = OptionalLong.of(offset);
  }

  /** To be done by {@link #settle}. */
  void forgetBefore(long offset) {
    forget = OptionalLong.of(offset);
  }

  /** Has the log replaced by an empty one that begins there. */
  void beginAnew(long offset) {
    post.accept(new LoopFact.BeginAnew(address.id(), log, offset));
  }

  /**
   * Does what the replica wanted during its last step, and tells it: it cannot be stepped while it
   * steps.
   */
  void settle() {
    while (truncate.isPresent() || forget.isPresent()) {
      OptionalLong cut = truncate;
      OptionalLong start = forget;
      truncate = OptionalLong.empty();
      forget = OptionalLong.empty();
      cut.ifPresent(this::truncateNow);
      start.ifPresent(this::forgetNow);
    }
  }

  private void truncateNow(long offset) {
    long end = log.logEnd();
    try {
      log.truncateTo(offset);
    } catch (IOException failed) {
      if (log.offlineReason().isPresent()) {
        host.storageFailed(log.offlineReason().get());
      } else {
        trouble("could not cut what its leader has not: " + failed.getMessage());
        if (log.logEnd() < end) {
          // it ends there already, though its files do not all say so yet
          host.step(cut());
        }
        host.step(new ReplicaEvent.CopyRefused());
      }
      return;
    }
    boolean committed = log.logEnd() < replica.highWatermark();
    (committed ? events.atError() : events.atInfo())
        .addKeyValue("partition", address.name())
        .addKeyValue("logEnd", end)
        .addKeyValue("cutTo", log.logEnd())
        .addKeyValue("highWatermark", replica.highWatermark())
        .log(
            committed
                ? "cut records that were committed: the leader was elected without having them"
                : "cut records that the leader has not");
    host.step(cut());
  }

  private ReplicaEvent.LogCut cut() {
    return new ReplicaEvent.LogCut(log.logStart(), new LogEnds(log.logEnd(), log.flushedEnd()));
  }

  private void forgetNow(long logStart) {
    log.forgetBefore(Math.min(logStart, log.logEnd()));
    host.step(new ReplicaEvent.LogStartMoved(log.logStart()));
  }

  /** The leader says something. */
  void heard(int leader, LeaderWord word) {
    if (!(replica.role() instanceof Following following) || following.leader() != leader) {
      return;
    }
    switch (word) {
      case LeaderWord.Answer(PartitionId _, int epoch, long from, FollowAnswer answer) ->
          host.step(new ReplicaEvent.FollowAnswered(epoch, from, answer, own(answer)));
      case LeaderWord.Producers(PartitionId _, int epoch, var known) -> {
        if (epoch == following.leaderEpoch()) {
          learn(known);
        }
      }
      case LeaderWord.Piece _ -> throw new IllegalArgumentException("not said to a follower");
      case LeaderWord.Batches batches -> batches(leader, batches);
      case LeaderWord.Progress(PartitionId _, int epoch, LeaderWord.Standing standing) ->
          told(epoch, standing);
    }
  }

  /** Comes before the answer that this log agrees, and before any batch. */
  private void learn(List<KnownProducers.Batch> known) {
    try {
      log.producers().learn(known);
    } catch (IOException failed) {
      log.offlineReason()
          .ifPresentOrElse(
              host::storageFailed,
              () -> {
                trouble("its disk is full: " + failed.getMessage());
                host.step(new ReplicaEvent.CopyRefused());
              });
    }
  }

  private EpochReach own(FollowAnswer answer) {
    if (answer instanceof FollowAnswer.Diverged(EpochReach leaders)) {
      EpochEnd end = log.epochs().endOffsetFor(leaders.epoch(), log.logEnd());
      return new EpochReach(end.epoch(), end.endOffset());
    }
    return EpochReach.NONE;
  }

  private void batches(int leader, LeaderWord.Batches word) {
    ByteBuffer batches = word.batches();
    int bytes = batches.remaining();
    if (bytes < BatchHeader.SIZE) {
      unfit("a batch has %s bytes at least, %s came".formatted(BatchHeader.SIZE, bytes));
      return;
    }
    switch (replica.mayCopy(
        word.leaderEpoch(), BatchHeader.baseOffset(batches, batches.position()))) {
      case COPY -> copy(leader, word, bytes);
      case GAP -> host.step(new ReplicaEvent.AskAgain());
      case PASS_OVER, LOG_FAILED -> {}
    }
  }

  private void copy(int leader, LeaderWord.Batches word, int bytes) {
    long before = log.logEnd();
    switch (log.copy(word.batches(), word.leaderEpoch(), context.clock().wallMs())) {
      case AppendOutcome.Appended appended -> {
        lastTrouble = "";
        context.links().totals().copied(bytes);
        owedBytes += bytes;
        if (owedBytes >= MOST_OWED_BYTES) {
          giveCredit(leader, word.leaderEpoch());
        }
        host.appended(appended.endOffset() - before, appended.endOffset());
        told(word.leaderEpoch(), word.standing());
      }
      case CopyOutcome.Unfit(String detail) -> unfit(detail);
      case AppendOutcome.NoSpace(String detail, boolean _) -> {
        trouble("its disk is full: " + detail);
        host.step(new ReplicaEvent.CopyRefused());
      }
      case AppendOutcome.Offline(String reason) -> host.storageFailed(reason);
    }
  }

  private void unfit(String detail) {
    trouble("the leader's records cannot be copied: " + detail);
    host.step(new ReplicaEvent.CopyRefused());
  }

  private void told(int leaderEpoch, LeaderWord.Standing standing) {
    host.step(
        new ReplicaEvent.LeaderTold(leaderEpoch, standing.highWatermark(), standing.logStart()));
  }

  /** Once, until it is over or another: it is tried again and again. */
  private void trouble(String what) {
    if (!what.equals(lastTrouble)) {
      lastTrouble = what;
      events
          .atWarn()
          .addKeyValue("partition", address.name())
          .addKeyValue("logEnd", log.logEnd())
          .log("does not copy for now: " + what);
    }
  }
}
