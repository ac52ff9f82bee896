package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import java.util.List;
import java.util.Optional;

/** Decides {@link DecommissionBroker}: nothing may depend on the broker any more. */
final class DecommissionBrokerDecider {
  private DecommissionBrokerDecider() {}

  static Decision decide(ClusterImage image, DecommissionBroker decommission) {
    int id = decommission.brokerId();
    BrokerImage broker = image.brokers().get(id);
    if (broker == null) {
      return Refusals.unknownBroker(id);
    }
    if (!broker.fenced()) {
      return Refusals.broker(
          RefusalReason.BROKER_NOT_FENCED,
          id,
          "broker %s at %s:%s is up; stop it first".formatted(id, broker.host(), broker.port()));
    }
    return refuseIfHolding(image, id)
        .orElseGet(() ->
            new Decision.Accepted(
                List.of(new MetadataRecord.BrokerRemoved(id)), new MetadataReply.DoneReply()));
  }

  private static Optional<Decision> refuseIfHolding(ClusterImage image, int id) {
    int count = 0;
    String first = "";
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage partition : topic.partitions()) {
        if (partition.replicas().contains(id)) {
          first = count == 0 ? topic.name() + "-" + partition.partition() : first;
          count++;
        }
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            Refusals.broker(
                RefusalReason.BROKER_HOLDS_REPLICAS,
                id,
                "broker %s holds %s replicas, the first of partition %s; move them first: kafkactl cluster --drain %s"
                    .formatted(id, count, first, id)));
  }
}
