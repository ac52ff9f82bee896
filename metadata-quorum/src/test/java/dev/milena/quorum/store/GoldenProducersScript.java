package dev.milena.quorum.store;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand.AllocateProducerIds;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * The golden log of producer ids, and of reports of failed logs that who alone holds a partition
 * does not give up by; both came after {@link GoldenScript} was checked in.
 */
final class GoldenProducersScript {
  private static final long SEED = 20_261_128;
  private static final int BY_CHANCE = 60;
  private static final int BROKERS = 3;

  private final GoldenLog log = new GoldenLog(SEED);

  private GoldenProducersScript() {}

  static GoldenLog log() {
    GoldenProducersScript script = new GoldenProducersScript();
    script.begin();
    script.chance();
    return script.log;
  }

  private void begin() {
    for (int id = 1; id <= BROKERS; id++) {
      log.add(
          new RegisterBroker(id, "h" + id, 9092, "", new IncarnationId(7, id), IncarnationId.NONE));
      log.add(new UnfenceBroker(id, epoch(id)));
    }
    log.add(
        new CreateTopic(
            "t",
            2,
            new ReplicaPlan.Assigned(List.of(List.of(1, 2), List.of(3, 1))),
            TreePMap.empty(),
            1));
    log.add(new AllocateProducerIds(1, 99)).add(new AllocateProducerIds(9, 0));
  }

  private void chance() {
    for (int i = 0; i < BY_CHANCE; i++) {
      int broker = 1 + log.random().nextInt(BROKERS);
      boolean up = log.image().broker(broker).filter(row -> !row.fenced()).isPresent();
      log.add(
          switch (log.random().nextInt(4)) {
            case 0 -> new AllocateProducerIds(broker, epoch(broker));
            case 1 -> new ReportLostReplicas(broker, epoch(broker), all(), true);
            default ->
                up
                    ? new FenceBroker(broker, epoch(broker))
                    : new UnfenceBroker(broker, epoch(broker));
          });
    }
  }

  private List<PartitionId> all() {
    TopicImage topic = log.image().topic("t").orElseThrow();
    return List.of(new PartitionId(topic.id(), 0), new PartitionId(topic.id(), 1));
  }

  private long epoch(int broker) {
    return log.image().broker(broker).map(BrokerImage::brokerEpoch).orElse(0L);
  }
}
