package dev.milena.broker.core.serving;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import java.util.List;

/**
 * Which replicas a broker has to say it lost, before it is let in (replication rule 7): the quorum
 * still counts on them, and their logs end below what was flushed, or cannot be opened. Pure.
 *
 * <p>Not of a partition with one replica: nobody else has its records, so there is no one to be
 * protected from a leader without them. It stays offline here, until its disk is repaired.
 */
final class LostReplicas {
  /** Of one command: an entry of the quorum's log is bounded. */
  static final int MOST_AT_ONCE = 10_000;

  private LostReplicas() {}

  /**
   * Names them.
   *
   * @param unusable the partitions whose logs are offline here
   */
  static List<PartitionId> of(int self, List<PartitionId> unusable, ClusterImage image) {
    return unusable.stream()
        .filter(id -> image.partition(id).filter(row -> isCountedOn(self, row)).isPresent())
        .sorted()
        .limit(MOST_AT_ONCE)
        .toList();
  }

  /**
   * The same for a replica whose log fails while the broker runs (rule 8): only where somebody else
   * holds what is committed. Who alone holds it stays what it is, offline, and leads again once its
   * log can be opened; without it there would be nobody to choose.
   */
  static boolean isToSayWhileRunning(int self, PartitionImage row) {
    return isCountedOn(self, row)
        && (row.isr().stream().anyMatch(id -> id != self)
            || row.elr().stream().anyMatch(id -> id != self));
  }

  private static boolean isCountedOn(int self, PartitionImage row) {
    return row.replicas().size() > 1 && (row.countsOn(self) || row.lastKnownLeader() == self);
  }
}
