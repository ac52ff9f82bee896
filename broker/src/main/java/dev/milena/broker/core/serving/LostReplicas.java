package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.LogFailure;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Which replicas a broker has to say it lost (replication rules 7 and 8): the quorum still counts
 * on them, and their logs end below what was flushed, or cannot be opened, or have failed. Pure.
 *
 * <pre>
 *   a start   a log lacks what it had         always
 *             a log is not let open for now   where another holds what is committed
 *   later     a log has failed                where another holds what is committed
 * </pre>
 *
 * <p>Who alone holds it stays what it is, offline, and leads again once its log can be opened:
 * without it there would be nobody to choose. So nothing is said of a partition with one replica
 * either: there is no one to be protected from a leader without its records.
 */
final class LostReplicas {
  /** Of one command: an entry of the quorum's log is bounded. */
  static final int MOST_AT_ONCE = 10_000;

  private LostReplicas() {}

  /**
   * What to report next before the broker is let in; empty when there is nothing left.
   *
   * @param unusable why the logs that are offline here are
   */
  static Optional<MetadataCommand.ReportLostReplicas> atStart(
      BrokerImage self, Map<PartitionId, LogFailure> unusable, ClusterImage image) {
    return report(
            self,
            false,
            those(unusable, image, (row, why) -> why.isLoss() && isCountedOn(self.id(), row)))
        .or(() ->
            report(
                self,
                true,
                those(unusable, image, (row, why) -> isToSayUnlessAlone(self.id(), row))));
  }

  private static List<PartitionId> those(
      Map<PartitionId, LogFailure> unusable,
      ClusterImage image,
      BiPredicate<PartitionImage, LogFailure> which) {
    return unusable.entrySet().stream()
        .filter(one ->
            image
                .partition(one.getKey())
                .filter(row -> which.test(row, one.getValue()))
                .isPresent())
        .map(Map.Entry::getKey)
        .sorted()
        .limit(MOST_AT_ONCE)
        .toList();
  }

  private static Optional<MetadataCommand.ReportLostReplicas> report(
      BrokerImage self, boolean unlessAlone, List<PartitionId> lost) {
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new MetadataCommand.ReportLostReplicas(
                self.id(), self.brokerEpoch(), lost, unlessAlone));
  }

  /** Whether it is to be reported of a replica that may be whole. */
  static boolean isToSayUnlessAlone(int self, PartitionImage row) {
    return isCountedOn(self, row) && row.isHeldByAnother(self);
  }

  private static boolean isCountedOn(int self, PartitionImage row) {
    return row.replicas().size() > 1 && (row.countsOn(self) || row.lastKnownLeader() == self);
  }
}
