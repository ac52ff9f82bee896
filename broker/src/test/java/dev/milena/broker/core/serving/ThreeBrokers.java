package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.SimDisk;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.MetadataCommand;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.QuorumAnswer;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.pcollections.TreePMap;

/** Three cores on one thread, each over a disk in memory, and a network between them. */
class ThreeBrokers {
  static final Caller CALLER = new Caller("test", "127.0.0.1:1", Caller.ANONYMOUS, "");
  static final PartitionName LOGS = new PartitionName("logs", 0);

  private static final Path ROOT = Path.of("logs");

  final SimClock clock = new SimClock();
  final StandInQuorum quorum = new StandInQuorum(1);
  final LocalNetwork network = new LocalNetwork();
  final TreeMap<Integer, OneThreadBroker> brokers = new TreeMap<>();
  final TreeMap<Integer, SimDisk> disks = new TreeMap<>();
  private final FlushPolicy flushPolicy;
  private final CoreSettings.Limits limits;
  private int runs;

  ThreeBrokers(FlushPolicy flushPolicy) throws IOException {
    this(flushPolicy, OneThreadBroker.Setup.wideLimits());
  }

  ThreeBrokers(FlushPolicy flushPolicy, CoreSettings.Limits limits) throws IOException {
    this.flushPolicy = flushPolicy;
    this.limits = limits;
    quorum.timeIs(clock::asClusters);
    for (int id = 1; id <= 3; id++) {
      disks.put(id, new SimDisk(id));
      start(id);
    }
  }

  /** Starts a broker on what its disk holds; it is let in when its logs are open. */
  void start(int id) throws IOException {
    var setup =
        new OneThreadBroker.Setup(
            id,
            network.dialerOf(id),
            2,
            disk(id),
            ROOT,
            quorum,
            clock,
            new TopicDefaults(
                1,
                new ReplicaPlan.ByRule(3),
                TopicImage.BY_RULE,
                new TreeMap<>(Map.of("flush.policy", flushPolicy.setting())),
                86_400_000),
            limits);
    runs++;
    UUID run = new UUID(id, runs);
    OneThreadBroker broker = OneThreadBroker.open(setup, new UUID(0, id));
    brokers.put(id, broker);
    network.up(id, broker.copies(), OneThreadBroker.tokenHash(run));
    broker.register(quorum, run);
    settle();
  }

  OneThreadBroker broker(int id) {
    return Objects.requireNonNull(brokers.get(id), "broker " + id + " is down");
  }

  SimDisk disk(int id) {
    return Objects.requireNonNull(disks.get(id));
  }

  /** kill -9: the page cache survives. */
  void kill(int id) {
    quorum.forget(broker(id).feed());
    brokers.remove(id);
    network.down(id);
    disks.put(id, disk(id).restart());
  }

  /** As the quorum does with one that is gone. */
  void fence(int id) {
    accept(new MetadataCommand.FenceBroker(id, epoch(id)));
  }

  void killAndFence(int id) {
    kill(id);
    fence(id);
  }

  void create(String topic, int minInsync, Integer... replicas) {
    create(topic, Map.of("min.insync.replicas", Integer.toString(minInsync)), replicas);
  }

  void create(String topic, Map<String, String> configs, Integer... replicas) {
    accept(
        new MetadataCommand.CreateTopic(
            topic,
            1,
            new ReplicaPlan.Assigned(List.of(List.of(replicas))),
            TreePMap.from(configs),
            TopicImage.BY_RULE));
  }

  void accept(MetadataCommand command) {
    assertInstanceOf(QuorumAnswer.Decided.class, quorum.decide(command));
    settle();
  }

  long epoch(int id) {
    return quorum.image().broker(id).map(BrokerImage::brokerEpoch).orElseThrow();
  }

  /** As a broker's present run proves itself to others. */
  String tokenHash(int id) {
    return quorum.image().broker(id).map(BrokerImage::tokenHash).orElseThrow();
  }

  PartitionImage row() {
    return quorum.image().topic(LOGS.topic()).orElseThrow().partitions().get(LOGS.partition());
  }

  /** Runs everything until nothing is left to do at this moment. */
  void settle() {
    boolean busy = true;
    for (int round = 0; busy; round++) {
      busy = false;
      for (OneThreadBroker broker : List.copyOf(brokers.values())) {
        for (int kind = 0; kind < broker.steps(); kind++) {
          busy |= step(broker, kind);
        }
      }
      busy |= network.step(round);
      if (round > 100_000) {
        throw new AssertionError("does not come to rest");
      }
    }
  }

  /** One step of a kind; false when there was nothing to run. */
  boolean step(OneThreadBroker broker, int kind) {
    return broker.step(kind);
  }

  /** Lets time pass in small steps, running what is due. */
  void pass(long ms) {
    for (long left = ms; left > 0; left -= 10) {
      clock.advance(Math.min(left, 10));
      settle();
    }
  }

  Answer<List<PartOutcome>> send(int broker, Acks acks, ByteBuffer batches) {
    Answer<List<PartOutcome>> answer = new Answer<>();
    broker(broker)
        .core()
        .produce(
            new ProduceCall(CALLER, acks, 30_000, List.of(new ProduceCall.Part(LOGS, batches))),
            answer);
    return answer;
  }

  PartOutcome produce(int broker, Acks acks, ByteBuffer batches) {
    Answer<List<PartOutcome>> answer = send(broker, acks, batches);
    settle();
    return answer.get().getFirst();
  }

  PartOutcome.Written write(int broker, ByteBuffer batches) {
    return assertInstanceOf(PartOutcome.Written.class, produce(broker, Acks.ALL, batches));
  }

  /** What a consumer sees from an offset on. */
  FetchOutcome fetch(int broker, long from) {
    Answer<FetchOutcome> answer = new Answer<>();
    broker(broker)
        .core()
        .fetch(
            new FetchCall(
                CALLER,
                LOGS,
                new FetchStart.AtOffset(from),
                FetchCall.FetchForm.BATCHES,
                new FetchCall.Bounds(1, 1 << 20, 0)),
            answer);
    settle();
    return answer.get();
  }

  OffsetsOutcome offsets(int broker, FetchStart at) {
    Answer<OffsetsOutcome> answer = new Answer<>();
    broker(broker).core().listOffsets(new OffsetsCall(CALLER, LOGS, at), answer);
    settle();
    return answer.get();
  }

  /** The bytes of a broker's log of the topic, as they lie on its disk. */
  byte[] stored(int id) throws IOException {
    TopicImage topic = quorum.image().topic(LOGS.topic()).orElseThrow();
    Path folder = ROOT.resolve(new PartitionId(topic.id(), LOGS.partition()).toString());
    SimDisk disk = disk(id);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : disk.list(folder)) {
      if (name.endsWith(".log")) {
        all.writeBytes(bytes(disk, folder.resolve(name)));
      }
    }
    return all.toByteArray();
  }

  private static byte[] bytes(SimDisk disk, Path path) throws IOException {
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeInBytes());
      while (bytes.hasRemaining()) {
        file.read(bytes, bytes.position());
      }
      return bytes.array();
    }
  }
}
