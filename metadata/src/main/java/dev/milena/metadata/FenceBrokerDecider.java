package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.FenceBroker;
import java.util.ArrayList;
import java.util.List;

/** Decides {@link FenceBroker}: the broker leads nothing and leaves every ISR, in one entry. */
final class FenceBrokerDecider {
  private FenceBrokerDecider() {}

  static Decision decide(ClusterImage image, FenceBroker fence) {
    BrokerImage broker = image.brokers().get(fence.brokerId());
    if (broker == null) {
      return Refusals.unknownBroker(fence.brokerId());
    }
    if (broker.brokerEpoch() != fence.brokerEpoch()) {
      return Refusals.staleEpoch(broker, fence.brokerEpoch());
    }
    if (broker.fenced()) {
      return new Decision.Accepted(List.of(), new MetadataReply.BrokerReply(broker.brokerEpoch()));
    }
    long epoch = broker.brokerEpoch() + 1;
    List<MetadataRecord> records = new ArrayList<>();
    records.add(new MetadataRecord.BrokerFenced(broker.id(), epoch));
    records.addAll(BrokerChanges.gone(image, broker.id()));
    return new Decision.Accepted(records, new MetadataReply.BrokerReply(epoch));
  }
}
