package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import java.util.ArrayList;
import java.util.List;

/** Decides {@link UnfenceBroker}: leaderless partitions that waited for the broker get it. */
final class UnfenceBrokerDecider {
  private UnfenceBrokerDecider() {}

  static Decision decide(ClusterImage image, UnfenceBroker unfence, CommandStamp stamp) {
    BrokerImage broker = image.brokers().get(unfence.brokerId());
    if (broker == null) {
      return Refusals.unknownBroker(unfence.brokerId());
    }
    if (broker.brokerEpoch() != unfence.brokerEpoch()) {
      return Refusals.staleEpoch(broker, unfence.brokerEpoch());
    }
    if (broker.stopping()) {
      return Refusals.broker(
          RefusalReason.BROKER_STOPPING,
          broker.id(),
          "broker %s is stopping; it comes up again when its next run registers"
              .formatted(broker.id()));
    }
    if (!broker.fenced()) {
      return new Decision.Accepted(List.of(), new MetadataReply.BrokerReply(broker.brokerEpoch()));
    }
    long epoch = broker.brokerEpoch() + 1;
    List<MetadataRecord> records = new ArrayList<>();
    records.add(new MetadataRecord.BrokerUnfenced(broker.id(), epoch, stamp.timeMs()));
    records.addAll(BrokerChanges.come(image, broker.id()));
    return new Decision.Accepted(records, new MetadataReply.BrokerReply(epoch));
  }
}
