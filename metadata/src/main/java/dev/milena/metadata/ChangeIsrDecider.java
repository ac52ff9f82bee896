package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.ChangeIsr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides {@link ChangeIsr} (replication rule 4, KIP-497): each partition alone, so that one leader
 * that is behind for one of them does not keep the others waiting.
 */
final class ChangeIsrDecider {
  private ChangeIsrDecider() {}

  static Decision decide(ClusterImage image, ChangeIsr command) {
    BrokerImage leader = image.brokers().get(command.brokerId());
    if (leader == null) {
      return Refusals.unknownBroker(command.brokerId());
    }
    if (leader.brokerEpoch() != command.brokerEpoch()) {
      return Refusals.staleEpoch(leader, command.brokerEpoch());
    }
    if (command.changes().size() > MetadataLimits.MAX_ISR_CHANGES_PER_COMMAND) {
      return Decision.Refused.of(
          RefusalReason.COMMAND_TOO_LARGE,
          "one command changes the in-sync replicas of at most %s partitions, got %s; send several"
              .formatted(MetadataLimits.MAX_ISR_CHANGES_PER_COMMAND, command.changes().size()),
          new TreeMap<>());
    }
    return decide(image, leader.id(), command.changes());
  }

  private static Decision decide(ClusterImage image, int leader, List<IsrChange> changes) {
    List<MetadataRecord> records = new ArrayList<>();
    List<IsrChange.Refused> refused = new ArrayList<>();
    TreeSet<PartitionId> done = new TreeSet<>();
    for (IsrChange change : changes) {
      PartitionId id = change.partition();
      Optional<IsrChange.Fault> fault =
          done.contains(id)
              ? Optional.of(IsrChange.Fault.STALE_PARTITION_EPOCH)
              : fault(image, leader, change);
      if (fault.isPresent()) {
        refused.add(new IsrChange.Refused(id, fault.get()));
      } else {
        done.add(id);
        records.add(new MetadataRecord.PartitionChanged(id.topicId(), changed(image, change)));
      }
    }
    return new Decision.Accepted(records, new MetadataReply.IsrReply(refused));
  }

  private static PartitionImage changed(ClusterImage image, IsrChange change) {
    TopicImage topic = image.topic(change.partition().topicId()).orElseThrow();
    PartitionImage before = image.partition(change.partition()).orElseThrow();
    return PartitionRules.inSync(before, ids(change), Eligibility.of(image, topic));
  }

  private static Set<Integer> ids(IsrChange change) {
    TreeSet<Integer> ids = new TreeSet<>();
    change.isr().forEach(member -> ids.add(member.brokerId()));
    return ids;
  }

  private static Optional<IsrChange.Fault> fault(ClusterImage image, int leader, IsrChange change) {
    Optional<PartitionImage> row = image.partition(change.partition());
    if (row.isEmpty()) {
      return Optional.of(IsrChange.Fault.UNKNOWN_PARTITION);
    }
    if (row.get().leader() != leader || row.get().leaderEpoch() != change.leaderEpoch()) {
      return Optional.of(IsrChange.Fault.NOT_LEADER);
    }
    if (row.get().partitionEpoch() != change.partitionEpoch()) {
      return Optional.of(IsrChange.Fault.STALE_PARTITION_EPOCH);
    }
    Set<Integer> ids = ids(change);
    if (ids.size() != change.isr().size()
        || !ids.contains(leader)
        || !row.get().replicas().containsAll(ids)) {
      return Optional.of(IsrChange.Fault.NOT_REPLICAS);
    }
    boolean joiningMay =
        change.isr().stream()
            .filter(member -> !row.get().isr().contains(member.brokerId()))
            .allMatch(member -> mayJoin(image, member));
    return joiningMay ? Optional.empty() : Optional.of(IsrChange.Fault.INELIGIBLE_REPLICA);
  }

  private static boolean mayJoin(ClusterImage image, IsrChange.Member member) {
    return BrokerChanges.mayLead(image, member.brokerId())
        && image
            .broker(member.brokerId())
            .filter(row -> row.brokerEpoch() == member.brokerEpoch())
            .isPresent();
  }
}
