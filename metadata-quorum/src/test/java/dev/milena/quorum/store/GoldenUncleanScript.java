package dev.milena.quorum.store;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.DirectoryId;
import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.MetadataCommand.CreateTopic;
import dev.milena.metadata.MetadataCommand.ElectLeaders;
import dev.milena.metadata.MetadataCommand.FenceBroker;
import dev.milena.metadata.MetadataCommand.ReassignPartitions;
import dev.milena.metadata.MetadataCommand.RegisterBroker;
import dev.milena.metadata.MetadataCommand.ReportLostReplicas;
import dev.milena.metadata.MetadataCommand.UnfenceBroker;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionMove;
import dev.milena.metadata.PresentedDirectory;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * The golden log of unclean restarts, which came after {@link GoldenScript} was checked in: under
 * both policies of flushing, with directories that were closed cleanly, killed and emptied, and
 * last known leaders that come back, are lost and are moved. The same on every machine.
 */
final class GoldenUncleanScript {
  private static final long SEED = 20_261_127;
  private static final int BY_CHANCE = 200;
  private static final int BROKERS = 4;

  private final GoldenLog log = new GoldenLog(SEED);
  private long runs;

  private GoldenUncleanScript() {}

  static GoldenLog log() {
    GoldenUncleanScript script = new GoldenUncleanScript();
    script.begin();
    script.oneByOne();
    script.chance();
    return script.log;
  }

  private void begin() {
    for (int id = 1; id <= BROKERS; id++) {
      log.add(register(id, true, State.CLEAN, State.CLEAN, List.of())).add(unfence(id));
    }
    TreePMap<String, String> all = TreePMap.singleton("min.insync.replicas", "3");
    log.add(create("t", all, "1,2,3", "2,3,1", "3,1,2"));
    log.add(create("alone", TreePMap.empty(), "1", "2", "3", "4"));
  }

  private void oneByOne() {
    log.add(fence(1)).add(register(1, true, State.UNCLEAN, State.UNCLEAN, List.of()));
    log.add(new ElectLeaders(all())).add(unfence(1)).add(new ElectLeaders(all()));
    log.add(register(1, false, State.CLEAN, State.UNCLEAN, all())).add(unfence(1));
    log.add(register(1, true, State.UNCLEAN, State.UNCLEAN, List.of())).add(unfence(1));
    log.add(register(1, true, State.UNCLEAN, State.GONE, List.of())).add(unfence(1));
    log.add(fence(2)).add(fence(3)).add(fence(1));
    for (int id = 3; id >= 1; id--) {
      log.add(register(id, true, State.UNCLEAN, State.UNCLEAN, List.of()));
    }
    log.add(new ReportLostReplicas(2, epoch(2), all(), false));
    log.add(new ReassignPartitions(List.of(move(1, "4,2"), move(2, "2"))));
    log.add(unfence(1)).add(unfence(2)).add(unfence(3)).gap();
    log.add(register(3, true, State.UNCLEAN, State.UNCLEAN, List.of()));
    log.add(register(3, true, State.GONE, State.GONE, List.of())).add(unfence(3));
    log.add(register(4, true, State.CLEAN, State.CLEAN, List.of())).add(unfence(4));
  }

  private void chance() {
    for (int i = 0; i < BY_CHANCE; i++) {
      int broker = 1 + log.random().nextInt(BROKERS);
      boolean up = log.image().broker(broker).filter(row -> !row.fenced()).isPresent();
      log.add(
          switch (log.random().nextInt(10)) {
            case 0, 1, 2, 3 -> up ? byChance(broker) : unfence(broker);
            case 4, 5 -> up ? fence(broker) : unfence(broker);
            case 6 -> new ReportLostReplicas(broker, epoch(broker), some(6), false);
            case 7 -> new ElectLeaders(some(2));
            case 8 ->
                new ReassignPartitions(
                    some(6).stream()
                        .map(id -> aim(id, 1 + log.random().nextInt(BROKERS)))
                        .toList());
            default -> create("t" + i, TreePMap.empty(), broker + "", broker % BROKERS + 1 + "");
          });
    }
  }

  private RegisterBroker byChance(int broker) {
    boolean replicated = log.random().nextInt(3) > 0;
    return register(broker, replicated, anyState(), anyState(), some(2));
  }

  private State anyState() {
    return switch (log.random().nextInt(10)) {
      case 0 -> State.GONE;
      case 1, 2, 3 -> State.CLEAN;
      default -> State.UNCLEAN;
    };
  }

  /** How a directory comes back. */
  private enum State {
    CLEAN,
    UNCLEAN,
    GONE
  }

  private RegisterBroker register(
      int id, boolean acksBeforeFlush, State first, State second, List<PartitionId> held) {
    runs++;
    IncarnationId run = new IncarnationId(100 + id, runs);
    IncarnationId before =
        log.image().broker(id).map(BrokerImage::incarnation).orElse(IncarnationId.NONE);
    boolean oneIsGone = first == State.GONE || second == State.GONE;
    List<PresentedDirectory> directories = new ArrayList<>();
    List<State> states = List.of(first, second);
    for (int i = 0; i < states.size(); i++) {
      State state = states.get(i);
      directories.add(
          new PresentedDirectory(
              new DirectoryId(id, i + 1L),
              state == State.GONE ? List.of(run) : List.of(run, before),
              state == State.CLEAN,
              oneIsGone && state == State.UNCLEAN ? some(2) : List.of()));
    }
    return new RegisterBroker(
        id,
        new BrokerDescription("h" + id, 9092, "", "", "0.1.0", acksBeforeFlush),
        run,
        before,
        "t".repeat(43),
        directories,
        held);
  }

  private static MetadataCommand create(
      String name, TreePMap<String, String> configs, String... replicas) {
    List<List<Integer>> assigned =
        Arrays.stream(replicas).map(GoldenUncleanScript::brokers).toList();
    return new CreateTopic(
        name, replicas.length, new ReplicaPlan.Assigned(assigned), configs, TopicImage.BY_RULE);
  }

  private static List<Integer> brokers(String text) {
    return Arrays.stream(text.split(",", -1)).map(Integer::valueOf).toList();
  }

  private PartitionMove move(int partition, String target) {
    return new PartitionMove(
        new PartitionId(log.image().topic("alone").orElseThrow().id(), partition),
        new PartitionMove.Aim.Target(brokers(target)));
  }

  private PartitionMove aim(PartitionId id, int first) {
    return new PartitionMove(
        id,
        log.random().nextInt(3) == 0
            ? new PartitionMove.Aim.Cancel()
            : new PartitionMove.Aim.Target(List.of(first, 1 + first % BROKERS)));
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

  private List<PartitionId> all() {
    return some(1);
  }

  /** One partition of so many. */
  private List<PartitionId> some(int oneOf) {
    List<PartitionId> some = new ArrayList<>();
    for (TopicImage topic : log.image().topics().values()) {
      topic.partitions().stream()
          .filter(row -> log.random().nextInt(oneOf) == 0)
          .forEach(row -> some.add(new PartitionId(topic.id(), row.partition())));
    }
    return some;
  }
}
