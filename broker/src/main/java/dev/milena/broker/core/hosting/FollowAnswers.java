package dev.milena.broker.core.hosting;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.EpochEnd;
import dev.milena.log.EpochHistory;
import dev.milena.log.KnownProducers;
import dev.milena.log.PartitionLog;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.EpochReach;
import dev.milena.replication.FollowAnswer;
import dev.milena.replication.Leading;
import dev.milena.replication.PartitionReplica;
import dev.milena.replication.Reconciliation;
import java.util.List;

/** Answers who wants to follow a partition that is led here, before it is fed. */
@OwnedBy(Owner.PARTITION_LOOP)
final class FollowAnswers {
  private final PartitionAddress address;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final LoopLinks links;

  FollowAnswers(
      PartitionAddress address, PartitionLog log, PartitionReplica replica, LoopLinks links) {
    this.address = address;
    this.log = log;
    this.replica = replica;
    this.links = links;
  }

  /** Says how the two logs stand to each other; returns whether they agree. */
  boolean agree(FollowerSession session, FollowerWord.Follow word) {
    FollowAnswer answer =
        isLedIn(word.leaderEpoch()) && isReplica(session)
            ? byEpochs(session, word)
            : new FollowAnswer.Refused();
    links.say(
        session, new LeaderWord.Answer(address.id(), word.leaderEpoch(), word.from(), answer));
    return answer instanceof FollowAnswer.Agreed;
  }

  private boolean isLedIn(int leaderEpoch) {
    return replica.role() instanceof Leading leading && leading.leaderEpoch() == leaderEpoch;
  }

  private boolean isReplica(FollowerSession session) {
    return replica.facts().replicas().contains(session.broker());
  }

  private FollowAnswer byEpochs(FollowerSession session, FollowerWord.Follow word) {
    EpochEnd end = log.epochs().endOffsetFor(word.lastEpoch(), log.logEnd());
    FollowAnswer answer =
        Reconciliation.answer(
            log.logStart(),
            word.from(),
            word.lastEpoch(),
            new EpochReach(end.epoch(), end.endOffset()));
    boolean agreed = answer instanceof FollowAnswer.Agreed;
    return agreed && !tellProducers(session, word) ? new FollowAnswer.Refused() : answer;
  }

  /**
   * A log without records learns what it cannot learn of any batch that it will copy.
   *
   * @return whether there was room for it on the way
   */
  private boolean tellProducers(FollowerSession session, FollowerWord.Follow word) {
    if (word.lastEpoch() != EpochHistory.NO_EPOCH || word.from() == 0) {
      return true;
    }
    List<KnownProducers.Batch> known = log.producers().below(word.from());
    if (!known.isEmpty() && !session.isReadyFor(address.id(), FollowerSession.Copy.LAGGING)) {
      return false;
    }
    links.say(session, new LeaderWord.Producers(address.id(), word.leaderEpoch(), known));
    return true;
  }
}
