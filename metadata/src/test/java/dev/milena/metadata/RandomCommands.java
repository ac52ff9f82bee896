package dev.milena.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.pcollections.TreePMap;

/** Commands as a cluster might see them, good and bad, from a seed. */
public final class RandomCommands {
  private final SplittableRandom random;
  private long configurationIndex;

  public RandomCommands(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A command that may fit the image. */
  public MetadataCommand next(ClusterImage image) {
    int broker = 1 + random.nextInt(5);
    long epoch =
        image.broker(broker).map(BrokerImage::brokerEpoch).orElse(0L) + random.nextInt(8) / 7;
    return switch (random.nextInt(20)) {
      case 0, 1 -> create();
      case 2 -> alter();
      case 3 -> new MetadataCommand.DeleteTopic(name(), TopicId.NONE);
      case 4, 5 -> register(image, broker);
      case 6, 7 -> new MetadataCommand.UnfenceBroker(broker, epoch);
      case 8 -> new MetadataCommand.FenceBroker(broker, epoch);
      case 9 -> new MetadataCommand.StopBroker(broker, epoch);
      case 10 ->
          new MetadataCommand.ReportLostReplicas(
              broker, epoch, some(image, 8), random.nextBoolean());
      case 11 -> new MetadataCommand.DecommissionBroker(broker);
      case 12, 13 -> reassign(image);
      case 14 -> note();
      case 15 -> isr(image);
      case 16 -> new MetadataCommand.AllocateProducerIds(broker, epoch);
      case 17 -> new MetadataCommand.DrainBroker(broker, false);
      case 18 -> new MetadataCommand.DrainBroker(broker, true);
      default -> elect(image);
    };
  }

  /** A drain of some broker, or the end of one. */
  public MetadataCommand drain() {
    return new MetadataCommand.DrainBroker(1 + random.nextInt(5), random.nextInt(3) == 0);
  }

  /** Some of four voters, of which one may have lost its disk; some notes come late. */
  private MetadataCommand note() {
    List<VoterImage> voters = new ArrayList<>();
    for (int id = 4; id >= 1; id--) {
      if (random.nextBoolean()) {
        voters.add(new VoterImage(id, "d" + random.nextInt(2), "host" + id, 9093));
      }
    }
    configurationIndex += random.nextInt(4) - 1;
    return new MetadataCommand.NoteVoters(configurationIndex, voters);
  }

  private MetadataCommand create() {
    TreePMap<String, String> configs =
        random.nextBoolean() ? TreePMap.empty() : TreePMap.singleton("retention.ms", "1000");
    ReplicaPlan plan =
        random.nextInt(4) == 0
            ? new ReplicaPlan.ByRule(1)
            : new ReplicaPlan.Factor(random.nextInt(5));
    return new MetadataCommand.CreateTopic(name(), random.nextInt(12), plan, configs, 0);
  }

  private MetadataCommand alter() {
    int partitions =
        random.nextBoolean() ? MetadataCommand.AlterTopic.UNCHANGED : random.nextInt(20);
    TreePMap<String, String> set =
        random.nextInt(4) == 0
            ? TreePMap.singleton("flush.policy", random.nextBoolean() ? "ack" : "replicated")
            : TreePMap.singleton("min.insync.replicas", Integer.toString(1 + random.nextInt(3)));
    return new MetadataCommand.AlterTopic(name(), partitions, set, List.of("retention.ms"));
  }

  private MetadataCommand register(ClusterImage image, int broker) {
    IncarnationId before =
        image.broker(broker).map(BrokerImage::incarnation).orElse(IncarnationId.NONE);
    IncarnationId run = new IncarnationId(random.nextLong(), 1);
    return new MetadataCommand.RegisterBroker(
        broker,
        new BrokerDescription(
            "host" + broker, 9092, "rack" + broker % 2, "host:9093", "0.1", random.nextBoolean()),
        run,
        before,
        "t".repeat(43),
        directories(image, broker, run, before),
        some(image, 2));
  }

  /** Some broker is let in, or, if it is up, its next run registers. */
  public MetadataCommand restart(ClusterImage image) {
    int broker = 1 + random.nextInt(5);
    return image
        .broker(broker)
        .filter(row -> row.fenced() && !row.stopping())
        .<MetadataCommand>map(row -> new MetadataCommand.UnfenceBroker(broker, row.brokerEpoch()))
        .orElseGet(() -> register(image, broker));
  }

  /** One partition of so many. */
  private List<PartitionId> some(ClusterImage image, int oneOf) {
    List<PartitionId> partitions = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage partition : topic.partitions()) {
        if (random.nextInt(oneOf) == 0) {
          partitions.add(new PartitionId(topic.id(), partition.partition()));
        }
      }
    }
    return partitions;
  }

  /** Those of the last run, of which one may have been emptied; two of three closed cleanly. */
  private List<PresentedDirectory> directories(
      ClusterImage image, int broker, IncarnationId run, IncarnationId before) {
    List<PresentedDirectory> directories = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      List<IncarnationId> runs = random.nextInt(20) == 0 ? List.of(run) : List.of(run, before);
      boolean closedCleanly = random.nextInt(3) != 0;
      directories.add(
          new PresentedDirectory(new DirectoryId(broker, i), runs, closedCleanly, some(image, 2)));
    }
    return directories;
  }

  private MetadataCommand elect(ClusterImage image) {
    List<PartitionId> partitions = new ArrayList<>();
    for (TopicImage topic : image.topics().values()) {
      partitions.add(new PartitionId(topic.id(), random.nextInt(3)));
    }
    return new MetadataCommand.ElectLeaders(partitions, random.nextInt(4) == 0);
  }

  /** Some partitions to some brokers, which may be unknown or too many; some called back. */
  public MetadataCommand reassign(ClusterImage image) {
    List<PartitionMove> moves = new ArrayList<>();
    for (PartitionId id : some(image, 6)) {
      PartitionMove.Aim aim = new PartitionMove.Aim.Cancel();
      if (random.nextInt(4) != 0) {
        aim = new PartitionMove.Aim.Target(target());
      }
      moves.add(new PartitionMove(id, aim));
    }
    return new MetadataCommand.ReassignPartitions(moves);
  }

  /**
   * What the leader of some partitions may ask for: a few of their replicas, and now and then
   * somebody else, an older row, or brokers as they were before.
   */
  public MetadataCommand isr(ClusterImage image) {
    int leader = 1 + random.nextInt(5);
    List<IsrChange> changes = new ArrayList<>();
    for (PartitionId id : some(image, 2)) {
      PartitionImage row = image.partition(id).orElseThrow();
      if (row.leader() == leader || random.nextInt(30) == 0) {
        changes.add(
            new IsrChange(
                id,
                row.leaderEpoch() - random.nextInt(20) / 19,
                row.partitionEpoch() - random.nextInt(20) / 19,
                members(image, row)));
      }
    }
    return new MetadataCommand.ChangeIsr(leader, epoch(image, leader), changes);
  }

  private List<IsrChange.Member> members(ClusterImage image, PartitionImage row) {
    List<IsrChange.Member> isr = new ArrayList<>();
    for (int broker = 1; broker <= 5; broker++) {
      boolean replica = row.replicas().contains(broker);
      boolean leads = broker == row.leader();
      if (random.nextInt(20) != 0 && (leads || (replica && random.nextInt(3) > 0))) {
        isr.add(new IsrChange.Member(broker, epoch(image, broker)));
      }
    }
    return isr;
  }

  /** Of its present run; seldom of the one before. */
  private long epoch(ClusterImage image, int broker) {
    long now = image.broker(broker).map(BrokerImage::brokerEpoch).orElse(0L);
    return now - random.nextInt(20) / 19;
  }

  private List<Integer> target() {
    List<Integer> target = new ArrayList<>();
    for (int i = random.nextInt(40) == 0 ? 6 : random.nextInt(3); i >= 0; i--) {
      int broker = 1 + random.nextInt(5);
      if (!target.contains(broker)) {
        target.add(broker);
      }
    }
    return target;
  }

  private String name() {
    return List.of("a", "b.c", "b_c", "logs", "pay", "").get(random.nextInt(6));
  }
}
