package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.function.Consumer;

/** What a loop knows of other brokers, and how its partitions speak to the quorum about them. */
@OwnedBy(Owner.PARTITION_LOOP)
final class LoopPeers {
  private final IsrRequests quorum;
  private final Consumer<LoopFact> post;
  private KnownBrokers brokers = KnownBrokers.NONE;
  private volatile KnownBrokers newest = KnownBrokers.NONE;

  /**
   * Knows nobody.
   *
   * @param post takes what the quorum refuses back to the loop; called on any thread
   */
  LoopPeers(IsrRequests quorum, Consumer<LoopFact> post) {
    this.quorum = quorum;
    this.post = post;
  }

  /** Which brokers are registered now; an older word not yet taken is replaced. */
  @OwnedBy(Owner.ANY_THREAD)
  void brokersAre(KnownBrokers known) {
    newest = known;
  }

  /** Whether {@link #take} has something. */
  boolean hasNews() {
    return !newest.equals(brokers);
  }

  /** What was said since, once. */
  Optional<KnownBrokers> take() {
    if (!hasNews()) {
      return Optional.empty();
    }
    brokers = newest;
    return Optional.of(brokers);
  }

  /** What was taken last. */
  KnownBrokers brokers() {
    return brokers;
  }

  /** Of one partition. */
  IsrWishes wishesOf(PartitionId id) {
    return new IsrWishes(id, quorum, post);
  }
}
