package dev.milena.quorum.store;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.IsrChange;
import dev.milena.metadata.MetadataCommand.AlterTopic;
import dev.milena.metadata.MetadataCommand.ChangeIsr;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.ReplicaPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * The golden log of changes of in-sync replicas, which came after {@link GoldenScript} was checked
 * in: accepted and refused in every way, then some hundred by chance. The same on every machine.
 */
final class GoldenIsrScript {
  private static final long SEED = 20_261_126;
  private static final int BY_CHANCE = 150;
  private static final int BROKERS = 4;
  private static final int PARTITIONS = 4;

  private final GoldenLog log = new GoldenLog(SEED);

  private GoldenIsrScript() {}

  static GoldenLog log() {
    GoldenIsrScript script = new GoldenIsrScript();
    script.begin();
    script.oneByOne();
    script.chance();
    return script.log;
  }

  private void begin() {
    for (int id = 1; id <= BROKERS; id++) {
      log.add(
          new RegisterBroker(
              id,
              new BrokerDescription("h" + id, 9092, "", "", "0.1.0", false),
              new IncarnationId(100, id),
              IncarnationId.NONE,
              "t".repeat(43),
              List.of(),
              List.of()));
      log.add(new UnfenceBroker(id, epoch(id)));
    }
    List<Integer> replicas = List.of(1, 2, 3);
    log.add(
        new CreateTopic(
            "t",
            PARTITIONS,
            new ReplicaPlan.Assigned(List.of(replicas, replicas, List.of(2, 3, 1), replicas)),
            TreePMap.empty(),
            0));
  }

  private void oneByOne() {
    log.add(change(1, with(0, 0, 0, 1, 2), with(1, 0, 0, 1), with(3, 0, 0, 1, 2, 3)));
    log.add(change(1, with(0, 0, 0, 1), with(2, 0, 0, 1, 2), with(9, 0, 0, 1)));
    log.add(change(1, with(0, 0, 1, 2, 3), with(0, 1, 1, 1), with(0, 0, 1, 1, 4)));
    log.add(change(1, with(1, 0, 1, 1, 3), with(1, 0, 1, 1, 2)));
    log.add(new AlterTopic("t", -1, TreePMap.singleton("min.insync.replicas", "3"), List.of()));
    log.add(new StopBroker(2, epoch(2))).add(change(1, with(1, 0, 2, 1, 2, 3)));
    log.add(new FenceBroker(2, epoch(2))).add(change(1, with(1, 0, 2, 1, 2, 3)));
    log.add(new ChangeIsr(1, epoch(1) + 1, List.of())).add(new ChangeIsr(9, 0, List.of()));
    log.add(
        new ReassignPartitions(
            List.of(new PartitionMove(id(3), new PartitionMove.Aim.Target(List.of(4, 3))))));
    log.add(change(1, with(3, 0, row(3).partitionEpoch(), 1, 3, 4))).gap();
  }

  private void chance() {
    for (int i = 0; i < BY_CHANCE; i++) {
      int broker = 1 + log.random().nextInt(BROKERS);
      boolean up = log.image().broker(broker).filter(row -> !row.fenced()).isPresent();
      if (log.random().nextInt(4) > 0) {
        log.add(byChance(broker));
      } else {
        log.add(
            up ? new FenceBroker(broker, epoch(broker)) : new UnfenceBroker(broker, epoch(broker)));
      }
    }
  }

  private ChangeIsr byChance(int leader) {
    List<IsrChange> changes = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      PartitionImage row = row(partition);
      int[] isr =
          row.replicas().stream()
              .filter(broker -> broker == leader || log.random().nextInt(3) > 0)
              .mapToInt(Integer::intValue)
              .toArray();
      int age = log.random().nextInt(10) / 9;
      if (row.leader() == leader || log.random().nextInt(10) == 0) {
        changes.add(with(partition, row.leaderEpoch(), row.partitionEpoch() - age, isr));
      }
    }
    return change(leader, changes.toArray(IsrChange[]::new));
  }

  private ChangeIsr change(int leader, IsrChange... changes) {
    return new ChangeIsr(leader, epoch(leader), List.of(changes));
  }

  private IsrChange with(int partition, int leaderEpoch, int partitionEpoch, int... isr) {
    return new IsrChange(
        id(partition),
        leaderEpoch,
        partitionEpoch,
        Arrays.stream(isr).mapToObj(b -> new IsrChange.Member(b, epoch(b))).toList());
  }

  private PartitionId id(int partition) {
    return new PartitionId(log.image().topic("t").orElseThrow().id(), partition);
  }

  private PartitionImage row(int partition) {
    return log.image().partition(id(partition)).orElseThrow();
  }

  private long epoch(int broker) {
    return log.broker(broker).brokerEpoch();
  }
}
