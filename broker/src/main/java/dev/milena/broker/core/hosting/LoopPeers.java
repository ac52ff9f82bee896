package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.Standings;
import java.util.Optional;
import java.util.function.Consumer;

/** What a loop knows of other brokers, and how its partitions speak to the quorum about them. */
@OwnedBy(Owner.PARTITION_LOOP)
final class LoopPeers {
  private final IsrRequests quorum;
  private final Consumer<LoopFact> post;
  private Standings standings = Standings.NOBODY;
  private volatile Standings newest = Standings.NOBODY;

  /**
   * Knows nobody.
   *
   * @param post takes what the quorum refuses back to the loop; called on any thread
   */
  LoopPeers(IsrRequests quorum, Consumer<LoopFact> post) {
    this.quorum = quorum;
    this.post = post;
  }

  /** Which brokers may be in sync now; an older word not yet taken is replaced. */
  @OwnedBy(Owner.ANY_THREAD)
  void standingsAre(Standings brokers) {
    newest = brokers;
  }

  /** Whether {@link #take} has something. */
  boolean hasNews() {
    return newest != standings;
  }

  /** What was said since, once. */
  Optional<Standings> take() {
    if (!hasNews()) {
      return Optional.empty();
    }
    standings = newest;
    return Optional.of(standings);
  }

  /** What was taken last. */
  Standings standings() {
    return standings;
  }

  /** Of one partition. */
  IsrWishes wishesOf(PartitionId id) {
    return new IsrWishes(id, quorum, post);
  }
}
