package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.ElectLeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Decides {@link ElectLeaders}: the preferred leader where it can lead, else any eligible one. */
final class ElectLeadersDecider {
  private ElectLeadersDecider() {}

  static Decision decide(ClusterImage image, ElectLeaders elect) {
    List<MetadataRecord> records = new ArrayList<>();
    for (PartitionId id : new TreeSet<>(elect.partitions())) {
      Optional<TopicImage> topic = image.topic(id.topicId());
      Optional<PartitionImage> before = topic.flatMap(t -> t.partition(id.partition()));
      if (topic.isEmpty() || before.isEmpty()) {
        return Refusals.unknownPartition(image, id);
      }
      Eligibility eligibility = Eligibility.of(image, topic.get());
      PartitionRules.preferred(before.get(), eligibility)
          .or(() -> PartitionRules.elected(before.get(), eligibility))
          .ifPresent(row -> records.add(new MetadataRecord.PartitionChanged(id.topicId(), row)));
    }
    return new Decision.Accepted(records, new MetadataReply.ElectionReply(records.size()));
  }
}
