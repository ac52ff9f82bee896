package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.PartitionFacts;
import dev.milena.replication.ReplicaSet;
import dev.milena.replication.Standings;
import java.util.function.Consumer;

/** What one partition wants of the quorum. */
@OwnedBy(Owner.PARTITION_LOOP)
final class IsrWishes {
  private final PartitionId id;
  private final IsrRequests quorum;
  private final Consumer<? super LoopFact> post;
  private Standings standings = Standings.NOBODY;

  /**
   * Wants nothing yet.
   *
   * @param post takes a refusal back to the loop; called on any thread
   */
  IsrWishes(PartitionId id, IsrRequests quorum, Consumer<? super LoopFact> post) {
    this.id = id;
    this.quorum = quorum;
    this.post = post;
  }

  /** The runs of brokers that the leader counts on from now on. */
  void countOn(Standings brokers) {
    standings = brokers;
  }

  /** The log is offline, where others hold the partition too. */
  void lost(PartitionFacts facts) {
    if (facts.replicas().size() > 1) {
      quorum.lost(id, facts.partitionEpoch());
    }
  }

  /** Has the quorum asked for other in-sync replicas than those of a row. */
  void want(int leaderEpoch, ReplicaSet isr, int partitionEpoch) {
    quorum.want(
        new IsrRequests.Wanted(
            id,
            leaderEpoch,
            partitionEpoch,
            isr,
            standings,
            () -> post.accept(new LoopFact.IsrRefused(id, partitionEpoch))));
  }
}
