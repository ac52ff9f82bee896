package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataRecord.BrokerStopBegun;
import java.util.ArrayList;
import java.util.List;

/** Decides {@link StopBroker}: whatever can be led by somebody else is, in the same entry. */
final class StopBrokerDecider {
  private StopBrokerDecider() {}

  static Decision decide(ClusterImage image, StopBroker stop) {
    BrokerImage broker = image.brokers().get(stop.brokerId());
    if (broker == null) {
      return Refusals.unknownBroker(stop.brokerId());
    }
    if (broker.brokerEpoch() != stop.brokerEpoch()) {
      return Refusals.staleEpoch(broker, stop.brokerEpoch());
    }
    List<MetadataRecord> handedOver = BrokerChanges.handedOver(image, broker.id());
    int leads = BrokerChanges.ledBy(image, broker.id()) - handedOver.size();
    List<MetadataRecord> records = new ArrayList<>();
    long epoch = broker.brokerEpoch();
    if (!broker.stopping()) {
      epoch++;
      records.add(new BrokerStopBegun(broker.id(), epoch));
    }
    records.addAll(handedOver);
    return new Decision.Accepted(records, new MetadataReply.StopReply(epoch, leads));
  }
}
