package dev.milena.metadata;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.pcollections.TreePMap;

/** A cluster that a test drives command by command, with stamps that count up. */
public final class ClusterScript {
  /** The term of all its entries. */
  public static final long TERM = 3;

  private MetadataState state = MetadataState.EMPTY;
  private long index;
  private final List<List<MetadataRecord>> entries = new ArrayList<>();

  public MetadataState state() {
    return state;
  }

  public ClusterImage image() {
    return state.image();
  }

  /** The records of each entry so far; some are empty. */
  public List<List<MetadataRecord>> entries() {
    return entries;
  }

  /** Applies a command as the next entry. */
  public MetadataState.Step step(SubmittedCommand submitted) {
    index++;
    CommandStamp stamp = new CommandStamp(1_000 * index, new TopicId(1, index), lastSeed());
    MetadataState.Step step = state.step(new EntryPlace(TERM, index), submitted, stamp);
    state = step.state();
    entries.add(step.records());
    return step;
  }

  /** What the last entry's stamp had to spread replicas by. */
  long lastSeed() {
    return 77 * index;
  }

  public QuorumAnswer apply(MetadataCommand command) {
    return step(submitted(RequestId.NONE, command)).answer();
  }

  public ClusterScript accept(MetadataCommand command) {
    assertInstanceOf(QuorumAnswer.Decided.class, apply(command));
    return this;
  }

  public Decision.Refused refuse(MetadataCommand command) {
    ClusterImage before = image();
    Decision.Refused refused =
        assertInstanceOf(QuorumAnswer.Refused.class, apply(command)).refusal();
    if (!before.equals(image())) {
      throw new AssertionError("a refused command changed the image: " + command);
    }
    return refused;
  }

  public static SubmittedCommand submitted(RequestId id, MetadataCommand command) {
    return new SubmittedCommand(id, new CommandOrigin("alice", "10.0.0.1:5", "test"), command);
  }

  /** Brokers 1 to {@code count}, up, on these racks in turn. */
  public static ClusterScript withBrokers(int count, String... racks) {
    ClusterScript script = new ClusterScript();
    for (int id = 1; id <= count; id++) {
      String rack = racks.length == 0 ? "" : racks[(id - 1) % racks.length];
      script.accept(register(id, rack, id)).accept(new MetadataCommand.UnfenceBroker(id, 0));
    }
    return script;
  }

  public static MetadataCommand.RegisterBroker register(int id, String rack, long run) {
    return new MetadataCommand.RegisterBroker(
        id, "host" + id, 9092, rack, new IncarnationId(5, run), IncarnationId.NONE);
  }

  /** A run that says all that a run can say. */
  public static MetadataCommand.RegisterBroker registerInFull(
      int id, long run, List<PresentedDirectory> directories, List<PartitionId> held) {
    return new MetadataCommand.RegisterBroker(
        id,
        new BrokerDescription("host" + id, 9092, "r", "host" + id + ":9093", "0.1.0", false),
        new IncarnationId(5, run),
        IncarnationId.NONE,
        "h".repeat(43),
        directories,
        held);
  }

  public static MetadataCommand.CreateTopic createTopic(String name, int partitions, int factor) {
    return createTopic(name, partitions, new ReplicaPlan.Factor(factor), TreePMap.empty());
  }

  public static MetadataCommand.CreateTopic createTopic(
      String name, int partitions, ReplicaPlan plan, TreePMap<String, String> configs) {
    return new MetadataCommand.CreateTopic(name, partitions, plan, configs, TopicImage.BY_RULE);
  }

  public static MetadataCommand.AlterTopic alter(
      String name, int partitions, TreePMap<String, String> set, String... deleted) {
    return new MetadataCommand.AlterTopic(name, partitions, set, List.of(deleted));
  }

  public MetadataCommand.FenceBroker fence(int brokerId) {
    return new MetadataCommand.FenceBroker(brokerId, epoch(brokerId));
  }

  public MetadataCommand.UnfenceBroker unfence(int brokerId) {
    return new MetadataCommand.UnfenceBroker(brokerId, epoch(brokerId));
  }

  public MetadataCommand.StopBroker stop(int brokerId) {
    return new MetadataCommand.StopBroker(brokerId, epoch(brokerId));
  }

  /** Says that the broker lost these partitions of a topic. */
  public MetadataCommand.ReportLostReplicas lost(int brokerId, String topic, int... partitions) {
    return new MetadataCommand.ReportLostReplicas(
        brokerId, epoch(brokerId), ids(topic, partitions), false);
  }

  /** Moves partition 0 of a topic to brokers like "1,2". */
  public MetadataCommand.ReassignPartitions move(String topic, String target) {
    return new MetadataCommand.ReassignPartitions(
        List.of(
            new PartitionMove(
                ids(topic, 0).getFirst(), new PartitionMove.Aim.Target(brokers(target)))));
  }

  /** Calls the move of partition 0 of a topic back. */
  public MetadataCommand.ReassignPartitions callBack(String topic) {
    return new MetadataCommand.ReassignPartitions(
        List.of(new PartitionMove(ids(topic, 0).getFirst(), new PartitionMove.Aim.Cancel())));
  }

  /** A broker has caught up with the leader of partition 0 of a topic. */
  public ClusterScript join(String topic, int broker) {
    return accept(joining(ids(topic, 0).getFirst(), broker));
  }

  /** Asks, as the leader of a partition, for one in-sync replica more. */
  public MetadataCommand.ChangeIsr joining(PartitionId id, int broker) {
    PartitionImage row = image().partition(id).orElseThrow();
    TreeSet<Integer> isr = new TreeSet<>(row.isr());
    isr.add(broker);
    return inSync(id, isr.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Asks, as the leader of a partition, for these in-sync replicas. */
  public MetadataCommand.ChangeIsr inSync(PartitionId id, int... isr) {
    PartitionImage row = image().partition(id).orElseThrow();
    return new MetadataCommand.ChangeIsr(
        row.leader(),
        epoch(row.leader()),
        List.of(
            new IsrChange(
                id,
                row.leaderEpoch(),
                row.partitionEpoch(),
                Arrays.stream(isr).mapToObj(b -> new IsrChange.Member(b, epoch(b))).toList())));
  }

  /** Partitions of a topic. */
  public List<PartitionId> ids(String topic, int... partitions) {
    return Arrays.stream(partitions)
        .mapToObj(partition -> new PartitionId(topic(topic).id(), partition))
        .toList();
  }

  /** A topic of these replicas, one text like "1,2,3" for each partition. */
  public ClusterScript withTopic(String name, String... replicas) {
    List<List<Integer>> assigned = Arrays.stream(replicas).map(ClusterScript::brokers).toList();
    return accept(
        createTopic(name, replicas.length, new ReplicaPlan.Assigned(assigned), TreePMap.empty()));
  }

  /** "1,2,3" as a list. */
  public static List<Integer> brokers(String text) {
    return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
  }

  public PartitionImage partition(String topic, int partition) {
    return topic(topic).partition(partition).orElseThrow();
  }

  public BrokerImage broker(int id) {
    return image().broker(id).orElseThrow();
  }

  public TopicImage topic(String name) {
    return image().topic(name).orElseThrow();
  }

  long epoch(int brokerId) {
    return image().broker(brokerId).orElseThrow().brokerEpoch();
  }
}
