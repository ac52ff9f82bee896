package dev.milena.quorum.store;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataCommand.AlterTopic;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.DecommissionBroker;
import dev.milena.metadata.MetadataCommand.DeleteTopic;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.StopBroker;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.PresentedDirectory;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.RequestId;
import dev.milena.metadata.TopicId;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.pcollections.TreePMap;

/**
 * The commands of the golden log of this release: every kind, accepted and refused in every way,
 * then some hundred by chance. The same on every machine.
 */
final class GoldenScript {
  private static final long SEED = 20_261_125;
  private static final int BY_CHANCE = 220;
  private static final IncarnationId NO_RUN = IncarnationId.NONE;

  private final GoldenLog log = new GoldenLog(SEED);
  private long runs;

  private GoldenScript() {}

  static GoldenLog log() {
    GoldenScript script = new GoldenScript();
    script.brokersCome();
    script.topicsComeAndChange();
    script.brokersGoAndComeBack();
    script.replicasMove();
    script.commandsThatAreNone();
    script.chance();
    return script.log;
  }

  private void brokersCome() {
    for (int id = 1; id <= 5; id++) {
      log.add(new UnfenceBroker(id, 0)).add(register(id, NO_RUN, true)).add(unfence(id));
    }
    log.add(register(1, NO_RUN, true));
    log.add(new RegisterBroker(-1, "h", 1, "", new IncarnationId(1, 1), NO_RUN));
    log.add(new FenceBroker(2, 77)).add(new DecommissionBroker(2)).gap();
  }

  private void topicsComeAndChange() {
    log.add(create("pay", 6, new ReplicaPlan.Factor(3), TreePMap.empty()));
    log.add(create("pay", 1, new ReplicaPlan.Factor(1), TreePMap.empty()));
    log.add(create("rule", 3, new ReplicaPlan.ByRule(3), TreePMap.singleton("retention.ms", "9")));
    log.add(create("logs", 2, assigned("1,2,3", "3,2,1"), TreePMap.singleton("segment.ms", "7")));
    log.add(create("a..", 1, new ReplicaPlan.Factor(1), TreePMap.empty()));
    log.add(create("a__", 1, new ReplicaPlan.Factor(1), TreePMap.empty()));
    log.add(create("none", 0, new ReplicaPlan.Factor(1), TreePMap.empty()));
    log.add(create("none", 1, new ReplicaPlan.Factor(0), TreePMap.empty()));
    log.add(create("none", 1, new ReplicaPlan.Factor(6), TreePMap.empty()));
    log.add(create("none", 1, assigned("1,1"), TreePMap.empty()));
    log.add(create("none", 1, new ReplicaPlan.Factor(1), TreePMap.singleton("no.key", "1")));
    log.add(create("none", 1, new ReplicaPlan.Factor(1), TreePMap.singleton("segment.ms", "x")));
    log.add(new AlterTopic("pay", 9, TreePMap.singleton("retention.ms", "5"), List.of()));
    log.add(new AlterTopic("logs", -1, TreePMap.empty(), List.of("segment.ms")));
    log.add(new AlterTopic("pay", 3, TreePMap.empty(), List.of()));
    log.add(new DeleteTopic("a..", TopicId.NONE)).add(new DeleteTopic("a..", TopicId.NONE));
    log.add(new DeleteTopic("pay", new TopicId(1, 1)));
  }

  private void brokersGoAndComeBack() {
    log.term(2);
    log.add(fence(3)).add(fence(2)).add(fence(1)).add(unfence(3)).add(unfence(2));
    log.add(new AlterTopic("logs", -1, TreePMap.singleton("min.insync.replicas", "1"), List.of()));
    log.add(unfence(1)).add(new ElectLeaders(ids("pay", 0, 1, 2, 3)));
    log.add(new ElectLeaders(ids("pay", 99))).add(new FenceBroker(9, 0));
    log.add(register(4, new IncarnationId(1, 1), true));
    log.add(register(4, log.broker(4).incarnation(), true)).add(unfence(4));
    log.add(register(5, log.broker(5).incarnation(), false)).add(unfence(5));
    log.add(new ReportLostReplicas(4, epoch(4), ids("rule", 0, 1, 2), false));
    log.add(create("after", 4, new ReplicaPlan.Factor(3), TreePMap.empty()));
    log.add(new StopBroker(4, epoch(4))).add(new StopBroker(4, epoch(4))).add(fence(4));
    log.add(unfence(4)).add(new DecommissionBroker(4));
    log.add(register(4, NO_RUN, true)).add(unfence(4));
    log.add(register(6, NO_RUN, true)).add(new DecommissionBroker(6)).gap().gap();
  }

  private void replicasMove() {
    log.term(4);
    log.add(create("moving", 4, assigned("1,2", "2,3", "3,4", "5,1"), TreePMap.empty()));
    log.add(move("moving", 0, "2,1")).add(move("moving", 1, "4,5")).add(move("moving", 1, "4,1"));
    log.add(move("moving", 2, "3")).add(move("moving", 3, "1,2")).add(callBack("moving", 3));
    log.add(move("moving", 0, "9")).add(move("moving", 7, "1")).add(callBack("moving", 0));
    log.add(new ElectLeaders(ids("moving", 0, 1, 2, 3)));
    log.add(fence(2)).add(fence(3)).add(unfence(2)).add(unfence(3));
  }

  private void commandsThatAreNone() {
    CreateTopic once = create("once", 1, new ReplicaPlan.Factor(1), TreePMap.empty());
    RequestId request = new RequestId(8, 1);
    log.add(request, 4, once).add(new DeleteTopic("once", TopicId.NONE)).term(5);
    log.add(request, 4, once).add(new RequestId(8, 2), 4, once);
    log.add(new MetadataCommand.CheckStateHash(0, 1)).add(new MetadataCommand.Unreadable());
    log.add(new byte[] {8, 2}).add(new byte[] {1, 2, 3}).add(new byte[0]);
    log.addEntry(new byte[] {9, 9}).addEntry(new byte[0]);
  }

  private void chance() {
    for (int i = 0; i < BY_CHANCE; i++) {
      int broker = 1 + random().nextInt(5);
      boolean up = log.image().broker(broker).filter(row -> !row.fenced()).isPresent();
      log.add(
          switch (random().nextInt(12)) {
            case 0, 1 -> create(name(), 1 + random().nextInt(6), plan(), TreePMap.empty());
            case 2 -> new DeleteTopic(name(), TopicId.NONE);
            case 3 -> new AlterTopic(name(), random().nextInt(9), minInsync(), List.of());
            case 4, 5 -> up ? fence(broker) : unfence(broker);
            case 6 -> register(broker, log.broker(broker).incarnation(), random().nextInt(4) != 0);
            case 7 -> new StopBroker(broker, epoch(broker));
            case 8 -> new ReportLostReplicas(broker, epoch(broker), some(4), false);
            case 9 -> new ElectLeaders(some(2));
            default -> moves();
          });
    }
  }

  private RegisterBroker register(int id, IncarnationId replaces, boolean intact) {
    runs++;
    IncarnationId run = new IncarnationId(100 + id, runs);
    IncarnationId before =
        log.image().broker(id).map(row -> row.incarnation()).orElse(IncarnationId.NONE);
    List<PresentedDirectory> directories =
        List.of(
            new PresentedDirectory(new DirectoryId(id, 1), List.of(run, before), false, List.of()),
            new PresentedDirectory(
                new DirectoryId(id, 2),
                intact ? List.of(run, before) : List.of(run),
                false,
                List.of()));
    return new RegisterBroker(
        id,
        new BrokerDescription("h" + id, 9092, "r" + id % 3, "h" + id + ":9093", "0.1.0", false),
        run,
        replaces,
        "t".repeat(43),
        directories,
        some(2));
  }

  private static CreateTopic create(
      String name, int partitions, ReplicaPlan plan, TreePMap<String, String> configs) {
    return new CreateTopic(name, partitions, plan, configs, 0);
  }

  private static ReplicaPlan assigned(String... replicas) {
    return new ReplicaPlan.Assigned(Arrays.stream(replicas).map(GoldenScript::brokers).toList());
  }

  private static List<Integer> brokers(String text) {
    return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
  }

  private FenceBroker fence(int id) {
    return new FenceBroker(id, epoch(id));
  }

  private UnfenceBroker unfence(int id) {
    return new UnfenceBroker(id, epoch(id));
  }

  private long epoch(int id) {
    return log.broker(id).brokerEpoch();
  }

  private List<PartitionId> ids(String topic, int... partitions) {
    TopicId id = log.image().topic(topic).orElseThrow().id();
    return Arrays.stream(partitions).mapToObj(number -> new PartitionId(id, number)).toList();
  }

  private ReassignPartitions move(String topic, int partition, String target) {
    return new ReassignPartitions(
        List.of(
            new PartitionMove(
                ids(topic, partition).getFirst(), new PartitionMove.Aim.Target(brokers(target)))));
  }

  private ReassignPartitions callBack(String topic, int partition) {
    return new ReassignPartitions(
        List.of(
            new PartitionMove(ids(topic, partition).getFirst(), new PartitionMove.Aim.Cancel())));
  }

  private ReassignPartitions moves() {
    List<PartitionMove> moves = new ArrayList<>();
    for (PartitionId id : some(4)) {
      int first = 1 + random().nextInt(5);
      moves.add(
          new PartitionMove(
              id,
              random().nextInt(3) == 0
                  ? new PartitionMove.Aim.Cancel()
                  : new PartitionMove.Aim.Target(List.of(first, 1 + first % 5))));
    }
    return new ReassignPartitions(moves);
  }

  /** One partition of so many. */
  private List<PartitionId> some(int oneOf) {
    List<PartitionId> some = new ArrayList<>();
    for (TopicImage topic : log.image().topics().values()) {
      topic.partitions().stream()
          .filter(row -> random().nextInt(oneOf) == 0)
          .forEach(row -> some.add(new PartitionId(topic.id(), row.partition())));
    }
    return some;
  }

  private ReplicaPlan plan() {
    return new ReplicaPlan.Factor(1 + random().nextInt(4));
  }

  private TreePMap<String, String> minInsync() {
    return TreePMap.singleton("min.insync.replicas", Integer.toString(1 + random().nextInt(3)));
  }

  private String name() {
    return "t" + random().nextInt(7);
  }

  private SplittableRandom random() {
    return log.random();
  }
}
