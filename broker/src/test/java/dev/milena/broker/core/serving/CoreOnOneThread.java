package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.DescribeOutcome;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.log.disk.SimDisk;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** A core on one thread over a disk in memory, and what a client would ask of it. */
class CoreOnOneThread {
  static final Caller CALLER = new Caller("test", "127.0.0.1:1", Caller.ANONYMOUS, "");
  static final Path ROOT = Path.of("logs");
  static final PartitionName LOGS = new PartitionName("logs", 0);

  final SimClock clock = new SimClock();
  final StandInQuorum quorum = new StandInQuorum(1);
  SimDisk disk = new SimDisk(1);
  OneThreadBroker broker;
  private final CoreSettings.Limits limits;
  private final FlushPolicy flushPolicy;
  private int runs;

  CoreOnOneThread() throws IOException {
    this(OneThreadBroker.Setup.wideLimits());
  }

  CoreOnOneThread(CoreSettings.Limits limits) throws IOException {
    this(limits, FlushPolicy.ACK);
  }

  CoreOnOneThread(CoreSettings.Limits limits, FlushPolicy flushPolicy) throws IOException {
    this.limits = limits;
    this.flushPolicy = flushPolicy;
    quorum.timeIs(clock::asClusters);
    broker = opened();
  }

  OneThreadBroker opened() throws IOException {
    var setup =
        new OneThreadBroker.Setup(
            2,
            disk,
            ROOT,
            quorum,
            clock,
            new TopicDefaults(
                1,
                new ReplicaPlan.ByRule(1),
                TopicImage.BY_RULE,
                new TreeMap<>(Map.of("flush.policy", flushPolicy.setting())),
                86_400_000),
            limits);
    runs++;
    OneThreadBroker started = OneThreadBroker.open(setup, new UUID(0, 1));
    started.register(quorum, new UUID(1, runs));
    return started;
  }

  void restart(SimDisk left) throws IOException {
    disk = left;
    quorum.forgetFollowers();
    broker = opened();
  }

  /** Turns the loops, and opens and flushes nothing. */
  void turnLoops() {
    for (int i = 0; i < 4; i++) {
      broker.step(0);
      broker.step(1);
    }
  }

  void create(String topic, int partitions, String... config) {
    createUnsettled(topic, partitions, config);
    broker.settle();
  }

  void createUnsettled(String topic, int partitions, String... config) {
    TreeMap<String, String> configs = new TreeMap<>();
    if (config.length == 2) {
      configs.put(config[0], config[1]);
    }
    broker.core().changeTopic(createCall(topic, partitions, false, configs), new Answer<>());
  }

  static TopicCall createCall(
      String topic, int partitions, boolean validateOnly, SortedMap<String, String> configs) {
    return new TopicCall.CreateTopicCall(
        CALLER, topic, partitions, TopicCall.UNSET, configs, validateOnly, 1_000);
  }

  void alter(String topic, String key, String value) {
    TreeMap<String, String> configs = new TreeMap<>();
    configs.put(key, value);
    changed(
        new TopicCall.AlterTopicCall(
            CALLER, topic, TopicCall.UNSET, configs, new TreeSet<>(), false, 1_000));
  }

  TopicOutcome change(TopicCall call) {
    Answer<TopicOutcome> answer = new Answer<>();
    broker.core().changeTopic(call, answer);
    broker.settle();
    return answer.get();
  }

  TopicImage changed(TopicCall call) {
    return assertInstanceOf(TopicOutcome.TopicChanged.class, change(call)).topic();
  }

  List<String> describe() {
    Answer<DescribeOutcome> answer = new Answer<>();
    broker.core().describeTopics(Set.of(), answer);
    return assertInstanceOf(DescribeOutcome.Described.class, answer.get()).topics().stream()
        .map(TopicImage::name)
        .toList();
  }

  Answer<List<PartOutcome>> produce(Acks acks, PartitionName where, ByteBuffer batches) {
    return produce(acks, where, batches, 1_000);
  }

  Answer<List<PartOutcome>> produce(
      Acks acks, PartitionName where, ByteBuffer batches, int timeoutMs) {
    Answer<List<PartOutcome>> answer = new Answer<>();
    broker
        .core()
        .produce(
            new ProduceCall(CALLER, acks, timeoutMs, List.of(new ProduceCall.Part(where, batches))),
            answer);
    return answer;
  }

  Answer<FetchOutcome> fetch(PartitionName where, long from) {
    Answer<FetchOutcome> answer = fetch(where, from, FetchCall.FetchForm.RECORDS, 0);
    broker.settle();
    return answer;
  }

  Answer<FetchOutcome> fetch(
      PartitionName where, long from, FetchCall.FetchForm form, int maxWaitMs) {
    Answer<FetchOutcome> answer = new Answer<>();
    broker
        .core()
        .fetch(
            new FetchCall(
                CALLER,
                where,
                new FetchStart.AtOffset(from),
                form,
                new FetchCall.Bounds(1, 1 << 20, maxWaitMs)),
            answer);
    return answer;
  }

  OffsetsOutcome.Found found(FetchStart at) {
    return assertInstanceOf(OffsetsOutcome.Found.class, offsets(at).get());
  }

  Answer<OffsetsOutcome> offsets(FetchStart at) {
    Answer<OffsetsOutcome> answer = new Answer<>();
    broker.core().listOffsets(new OffsetsCall(CALLER, LOGS, at), answer);
    broker.settle();
    return answer;
  }

  PartOutcome.Written written(Answer<List<PartOutcome>> answer) {
    broker.settle();
    return assertInstanceOf(PartOutcome.Written.class, answer.get().getFirst());
  }

  ErrorKind refusal(Answer<List<PartOutcome>> answer) {
    broker.settle();
    return assertInstanceOf(PartOutcome.NotWritten.class, answer.get().getFirst()).refusal().kind();
  }

  ByteBuffer batches(Answer<FetchOutcome> answer) {
    broker.settle();
    return assertInstanceOf(FetchOutcome.BatchesFetched.class, answer.get()).batches();
  }

  static List<String> values(Answer<FetchOutcome> answer) {
    return assertInstanceOf(FetchOutcome.RecordsFetched.class, answer.get()).records().stream()
        .map(record -> SampleBatches.text(record.value()))
        .toList();
  }
}
