package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.ElectLeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.pcollections.TreePMap;

/** Decides {@link ElectLeaders}: the preferred leader where it can lead, else any eligible one. */
final class ElectLeadersDecider {
  private ElectLeadersDecider() {}

  static Decision decide(ClusterImage image, ElectLeaders elect) {
    List<MetadataRecord> records = new ArrayList<>();
    for (PartitionId id : new TreeSet<>(elect.partitions())) {
      Optional<PartitionImage> before = image.partition(id);
      if (before.isEmpty()) {
        return new Decision.Refused(
            RefusalReason.UNKNOWN_PARTITION,
            "there is no partition %s of topic id %s".formatted(id.partition(), id.topicId()),
            TreePMap.singleton("partition", id.toString()));
      }
      IntPredicate mayLead = broker -> BrokerChanges.mayLead(image, broker);
      PartitionRules.preferred(before.get(), mayLead)
          .or(() -> PartitionRules.elected(before.get(), mayLead))
          .ifPresent(row -> records.add(new MetadataRecord.PartitionChanged(id.topicId(), row)));
    }
    return new Decision.Accepted(records, new MetadataReply.ElectionReply(records.size()));
  }
}
