package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.metadata.MetadataCommand.AllocateProducerIds;
import org.junit.jupiter.api.Test;

class ProducerIdsTest {
  private final ClusterScript cluster = ClusterScript.withBrokers(2);

  private AllocateProducerIds by(int broker) {
    return new AllocateProducerIds(broker, cluster.broker(broker).brokerEpoch());
  }

  private MetadataReply reply(MetadataCommand command) {
    return assertInstanceOf(QuorumAnswer.Decided.class, cluster.apply(command)).reply();
  }

  @Test
  void nobodyGetsAnIdThatAnotherHas() {
    for (int i = 0; i < 3; i++) {
      assertEquals(new MetadataReply.ProducerIdsReply(2_000L * i, 1_000), reply(by(1)));
      assertEquals(new MetadataReply.ProducerIdsReply(2_000L * i + 1_000, 1_000), reply(by(2)));
    }
    assertEquals(6_000, cluster.image().nextProducerId());
  }

  @Test
  void aBrokerOfAnotherEpochGetsNone() {
    Decision.Refused stale = cluster.refuse(new AllocateProducerIds(1, 99));
    Decision.Refused unknown = cluster.refuse(new AllocateProducerIds(9, 0));

    assertEquals(RefusalReason.STALE_BROKER_EPOCH, stale.reason());
    assertEquals(RefusalReason.UNKNOWN_BROKER, unknown.reason());
    assertEquals(0, cluster.image().nextProducerId());
  }
}
