package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Decides {@link ReportLostReplicas}: nobody counts on what a broker says it has lost. */
final class ReportLostReplicasDecider {
  private ReportLostReplicasDecider() {}

  static Decision decide(ClusterImage image, ReportLostReplicas lost) {
    BrokerImage broker = image.brokers().get(lost.brokerId());
    if (broker == null) {
      return Refusals.unknownBroker(lost.brokerId());
    }
    if (broker.brokerEpoch() != lost.brokerEpoch()) {
      return Refusals.staleEpoch(broker, lost.brokerEpoch());
    }
    List<MetadataRecord> records = new ArrayList<>();
    for (PartitionId id : new TreeSet<>(lost.partitions())) {
      Optional<TopicImage> topic = image.topic(id.topicId());
      topic
          .flatMap(known -> known.partition(id.partition()))
          .filter(row -> !lost.unlessAlone() || row.isHeldByAnother(broker.id()))
          .flatMap(row ->
              PartitionRules.lost(
                  row, broker.id(), Eligibility.of(image, topic.get()).without(broker.id())))
          .ifPresent(row -> records.add(new MetadataRecord.PartitionChanged(id.topicId(), row)));
    }
    return new Decision.Accepted(records, new MetadataReply.DoneReply());
  }
}
