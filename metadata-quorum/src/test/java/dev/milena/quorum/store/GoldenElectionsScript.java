package dev.milena.quorum.store;

import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.ReplicaPlan;
import java.util.List;
import java.util.stream.IntStream;
import org.pcollections.TreePMap;

/**
 * The golden log of unclean elections, which came after {@link GoldenScript} was checked in: with
 * and without somebody eligible, during moves, and with nobody up.
 */
final class GoldenElectionsScript {
  private static final long SEED = 20_261_129;
  private static final int BY_CHANCE = 120;
  private static final int BROKERS = 3;
  private static final int PARTITIONS = 4;

  private final GoldenLog log = new GoldenLog(SEED);

  private GoldenElectionsScript() {}

  static GoldenLog log() {
    GoldenElectionsScript script = new GoldenElectionsScript();
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
            PARTITIONS,
            new ReplicaPlan.Assigned(
                List.of(List.of(1, 2), List.of(3, 1), List.of(2, 3), List.of(3, 2))),
            TreePMap.empty(),
            2));
    log.add(new ElectLeaders(some(1), true));
  }

  private void chance() {
    for (int i = 0; i < BY_CHANCE; i++) {
      int broker = 1 + log.random().nextInt(BROKERS);
      boolean up = log.image().broker(broker).filter(row -> !row.fenced()).isPresent();
      log.add(
          switch (log.random().nextInt(6)) {
            case 0 -> new ElectLeaders(some(2), true);
            case 1 -> new ReportLostReplicas(broker, epoch(broker), some(2), false);
            case 2 ->
                new ReassignPartitions(
                    some(4).stream()
                        .map(id ->
                            new PartitionMove(
                                id,
                                new PartitionMove.Aim.Target(
                                    List.of(broker, broker % BROKERS + 1))))
                        .toList());
            default ->
                up
                    ? new FenceBroker(broker, epoch(broker))
                    : new UnfenceBroker(broker, epoch(broker));
          });
    }
  }

  /** One partition of so many. */
  private List<PartitionId> some(int oneOf) {
    var topic = log.image().topic("t").orElseThrow().id();
    return IntStream.range(0, PARTITIONS)
        .filter(partition -> log.random().nextInt(oneOf) == 0)
        .mapToObj(partition -> new PartitionId(topic, partition))
        .toList();
  }

  private long epoch(int broker) {
    return log.image().broker(broker).map(BrokerImage::brokerEpoch).orElse(0L);
  }
}
