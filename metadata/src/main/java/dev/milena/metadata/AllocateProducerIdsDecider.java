package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.AllocateProducerIds;
import java.util.List;

/** Decides {@link AllocateProducerIds}: ids are given once, and never come back. */
final class AllocateProducerIdsDecider {
  private AllocateProducerIdsDecider() {}

  static Decision decide(ClusterImage image, AllocateProducerIds allocate) {
    BrokerImage broker = image.brokers().get(allocate.brokerId());
    if (broker == null) {
      return Refusals.unknownBroker(allocate.brokerId());
    }
    if (broker.brokerEpoch() != allocate.brokerEpoch()) {
      return Refusals.staleEpoch(broker, allocate.brokerEpoch());
    }
    long first = image.nextProducerId();
    int count = MetadataLimits.PRODUCER_IDS_AT_ONCE;
    return new Decision.Accepted(
        List.of(new MetadataRecord.ProducerIdsAllocated(Math.addExact(first, count))),
        new MetadataReply.ProducerIdsReply(first, count));
  }
}
