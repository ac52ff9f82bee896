package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataRecord.PartitionChanged;
import dev.milena.metadata.MetadataRecord.UncleanLeaderElected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Decides {@link ElectLeaders}: the preferred leader where it can lead, else any eligible one; by
 * an operator's order, where there is none, whoever is up.
 */
final class ElectLeadersDecider {
  private ElectLeadersDecider() {}

  static Decision decide(ClusterImage image, ElectLeaders elect) {
    List<MetadataRecord> records = new ArrayList<>();
    List<PartitionId> unclean = new ArrayList<>();
    for (PartitionId id : new TreeSet<>(elect.partitions())) {
      Optional<TopicImage> topic = image.topic(id.topicId());
      Optional<PartitionImage> before = topic.flatMap(t -> t.partition(id.partition()));
      if (topic.isEmpty() || before.isEmpty()) {
        return Refusals.unknownPartition(image, id);
      }
      Eligibility eligibility = Eligibility.of(image, topic.get());
      Optional<PartitionImage> clean = clean(before.get(), eligibility);
      clean.ifPresent(row -> records.add(new PartitionChanged(id.topicId(), row)));
      if (elect.unclean() && clean.isEmpty()) {
        PartitionRules.electedUncleanly(before.get(), eligibility)
            .ifPresent(row -> {
              records.add(
                  new UncleanLeaderElected(
                      id.topicId(), id.partition(), row.leader(), row.leaderEpoch()));
              records.add(new PartitionChanged(id.topicId(), row));
              unclean.add(id);
            });
      }
    }
    int changed = records.size() - unclean.size();
    return new Decision.Accepted(records, new MetadataReply.ElectionReply(changed, unclean));
  }

  /** The row with the leader that an order gives it; empty when it stays as it is. */
  static Optional<PartitionImage> elected(
      PartitionImage before, Eligibility eligibility, boolean unclean) {
    Optional<PartitionImage> clean = clean(before, eligibility);
    return clean.isPresent() || !unclean
        ? clean
        : PartitionRules.electedUncleanly(before, eligibility);
  }

  private static Optional<PartitionImage> clean(PartitionImage before, Eligibility eligibility) {
    return PartitionRules.preferred(before, eligibility)
        .or(() -> PartitionRules.elected(before, eligibility));
  }
}
