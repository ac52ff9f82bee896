package dev.milena.quorum.store;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataCommand.ChangeIsr;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import dev.milena.metadata.MetadataCommand.DeleteTopic;
import dev.milena.metadata.MetadataCommand.DrainBroker;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.pcollections.TreePMap;

/**
 * The golden log of drained brokers, which came after {@link GoldenScript} was checked in: drains
 * that end, are called back and are refused, on racks, while brokers come and go.
 */
final class GoldenDrainScript {
  private static final long SEED = 20_261_130;
  private static final int BY_CHANCE = 250;
  private static final int BROKERS = 5;

  private final GoldenLog log = new GoldenLog(SEED);
  private long runs;

  private GoldenDrainScript() {}

  static GoldenLog log() {
    GoldenDrainScript script = new GoldenDrainScript();
    script.begin();
    script.chance();
    return script.log;
  }

  private void begin() {
    for (int id = 1; id <= BROKERS; id++) {
      log.add(register(id)).add(new UnfenceBroker(id, epoch(id)));
    }
    log.add(create("a", 6, 3)).add(create("b", 9, 2)).add(create("c", 2, 1));
    log.add(new DrainBroker(2, false)).add(new DrainBroker(2, false)).add(create("d", 4, 3));
    log.add(new DrainBroker(2, true)).add(new DrainBroker(9, false));
  }

  private void chance() {
    for (int i = 0; i < BY_CHANCE; i++) {
      int broker = 1 + log.random().nextInt(BROKERS);
      boolean up = log.image().broker(broker).filter(row -> !row.fenced()).isPresent();
      boolean known = log.image().broker(broker).isPresent();
      log.add(
          switch (log.random().nextInt(12)) {
            case 0, 1 -> new DrainBroker(broker, false);
            case 2 -> new DrainBroker(broker, true);
            case 3 -> known && up ? new FenceBroker(broker, epoch(broker)) : register(broker);
            case 4 -> known ? new UnfenceBroker(broker, epoch(broker)) : register(broker);
            case 5 -> new DecommissionBroker(broker);
            case 6 -> create("t" + log.random().nextInt(4), 1 + log.random().nextInt(5), 2);
            case 7 -> new DeleteTopic("t" + log.random().nextInt(4), TopicId.NONE);
            default -> known ? caughtUp(broker) : register(broker);
          });
    }
  }

  private RegisterBroker register(int id) {
    runs++;
    IncarnationId before =
        log.image().broker(id).map(BrokerImage::incarnation).orElse(IncarnationId.NONE);
    return new RegisterBroker(
        id,
        new BrokerDescription("h" + id, 9092, "r" + id % 3, "", "0.1.0", false),
        new IncarnationId(100 + id, runs),
        before,
        "t".repeat(43),
        List.of(),
        List.of());
  }

  private static CreateTopic create(String name, int partitions, int factor) {
    return new CreateTopic(
        name, partitions, new ReplicaPlan.Factor(factor), TreePMap.empty(), TopicImage.BY_RULE);
  }

  /** Of what the broker leads, all replicas that are up come into sync. */
  private MetadataCommand caughtUp(int broker) {
    List<IsrChange> changes = new ArrayList<>();
    for (TopicImage topic : log.image().topics().values()) {
      for (PartitionImage row : topic.partitions()) {
        if (row.leader() == broker) {
          changes.add(
              new IsrChange(
                  new PartitionId(topic.id(), row.partition()),
                  row.leaderEpoch(),
                  row.partitionEpoch(),
                  up(row).stream().map(id -> new IsrChange.Member(id, epoch(id))).toList()));
        }
      }
    }
    return new ChangeIsr(broker, epoch(broker), changes);
  }

  private Set<Integer> up(PartitionImage row) {
    TreeSet<Integer> up = new TreeSet<>();
    for (int id : row.replicas()) {
      if (log.image().broker(id).filter(one -> !one.fenced()).isPresent()) {
        up.add(id);
      }
    }
    return up;
  }

  private long epoch(int broker) {
    return log.image().broker(broker).map(BrokerImage::brokerEpoch).orElse(0L);
  }
}
