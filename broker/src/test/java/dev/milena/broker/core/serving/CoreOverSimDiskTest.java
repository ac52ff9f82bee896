package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.RecordsCall;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.log.disk.SimDisk;
import dev.milena.log.disk.SimFault;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.replication.FlushPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole core on one thread over a disk in memory, one story a test. */
class CoreOverSimDiskTest {
  private static final Caller CALLER = new Caller("test", "127.0.0.1:1", Caller.ANONYMOUS, "");
  private static final Path ROOT = Path.of("logs");
  private static final PartitionName LOGS = new PartitionName("logs", 0);

  private final SimClock clock = new SimClock();
  private final StandInQuorum quorum = new StandInQuorum(1);
  private SimDisk disk = new SimDisk(1);
  private OneThreadBroker broker;
  private int runs;

  @BeforeEach
  void start() throws IOException {
    broker = opened();
  }

  @Test
  void allIsAnsweredAfterTheFlushAndLeaderBeforeIt() {
    create("logs", 1);
    Answer<List<PartOutcome>> all = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a", "b"));
    turnLoops();
    assertTrue(!all.isGiven(), "acknowledged before the flush");
    Answer<List<PartOutcome>> leader = produce(Acks.LEADER, LOGS, SampleBatches.of(7, "c"));
    turnLoops();
    var appended = assertInstanceOf(PartOutcome.Written.class, leader.get().getFirst());
    assertEquals(2, appended.baseOffset());
    assertTrue(!all.isGiven(), "acknowledged before the flush");
    broker.settle();
    assertEquals(0, written(all).baseOffset());
    assertEquals(2, written(all).recordCount());
    assertEquals(List.of("a", "b", "c"), values(fetch(LOGS, 0)));
  }

  @Test
  void noneIsAnsweredBeforeTheAppendAndErrorsOfTheRequestAreStillTold() {
    create("logs", 1);
    Answer<List<PartOutcome>> none = produce(Acks.NONE, LOGS, SampleBatches.of(7, "a"));
    assertInstanceOf(PartOutcome.Handed.class, none.get().getFirst());
    Answer<List<PartOutcome>> torn = produce(Acks.NONE, LOGS, SampleBatches.of(7, "a").limit(60));
    assertEquals(ErrorKind.CORRUPT_BATCH, refusal(torn));
    broker.settle();
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
  }

  @Test
  void topicCanBeWrittenToTheMomentItWasCreated() {
    createUnsettled("logs", 1);
    Answer<List<PartOutcome>> early = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    assertEquals(0, written(early).baseOffset());
  }

  @Test
  void recordsSurviveAKillAndAnOrderlyStopByteForByte() throws IOException {
    create("logs", 1);
    ByteBuffer sent = SampleBatches.of(7, "a", "b");
    ByteBuffer copy = SampleBatches.joined(sent);
    produce(Acks.ALL, LOGS, sent);
    broker.settle();
    broker.stop();
    restart(disk.restart());
    produce(Acks.ALL, LOGS, SampleBatches.of(8, "c"));
    broker.settle();
    restart(disk.crash());
    assertEquals(List.of("a", "b", "c"), values(fetch(LOGS, 0)));
    ByteBuffer stored = batches(fetch(LOGS, 0, FetchCall.FetchForm.BATCHES, 0));
    int recordsAt = 21;
    assertEquals(
        copy.slice(recordsAt, copy.limit() - recordsAt),
        stored.slice(recordsAt, copy.limit() - recordsAt));
  }

  @Test
  void fetchWaitsForBytesAndIsWokenByTheHighWatermark() {
    create("logs", 1);
    Answer<FetchOutcome> waiting = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 5_000);
    broker.settle();
    assertTrue(!waiting.isGiven());
    produce(Acks.LEADER, LOGS, SampleBatches.of(7, "a"));
    turnLoops();
    assertTrue(!waiting.isGiven(), "showed what is not committed");
    broker.settle();
    assertEquals(List.of("a"), values(waiting));
    Answer<FetchOutcome> empty = fetch(LOGS, 1, FetchCall.FetchForm.RECORDS, 5_000);
    broker.pass(5_010);
    assertEquals(List.of(), values(empty));
  }

  @Test
  void offsetsOutsideTheLogAreRefusedWithItsBounds() {
    create("logs", 1);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    for (long outside : new long[] {-1, 2, Long.MAX_VALUE}) {
      var refused = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(LOGS, outside).get());
      assertEquals(ErrorKind.OFFSET_OUT_OF_RANGE, refused.refusal().kind());
      assertEquals("1", refused.refusal().about().get("logEndOffset"));
    }
    assertEquals(List.of(), values(fetch(LOGS, 1)));
  }

  @Test
  void offsetsAreFoundByPlaceAndByTime() {
    create("logs", 1);
    for (int i = 0; i < 50; i++) {
      produce(Acks.ALL, LOGS, SampleBatches.of(1_000 + i * 10, "v" + i));
      broker.settle();
    }
    assertEquals(0, found(new FetchStart.AtEarliest()).offset());
    assertEquals(50, found(new FetchStart.AtLatest()).offset());
    assertEquals(31, found(new FetchStart.AtTime(1_301)).offset());
    assertEquals(1_310, found(new FetchStart.AtTime(1_301)).timestampMs());
    assertInstanceOf(
        OffsetsOutcome.NothingSoLate.class, offsets(new FetchStart.AtTime(99_999)).get());
    Answer<FetchOutcome> byTime = new Answer<>();
    broker
        .core()
        .fetch(
            new FetchCall(
                CALLER,
                LOGS,
                new FetchStart.AtTime(1_485),
                FetchCall.FetchForm.RECORDS,
                new FetchCall.Bounds(1, 1 << 20, 0)),
            byTime);
    broker.settle();
    assertEquals(List.of("v49"), values(byTime));
  }

  @Test
  void failedSyncTakesTheLogOfflineAndAcknowledgesNothing() {
    create("logs", 1);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    Answer<List<PartOutcome>> lost = produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"));
    turnLoops();
    disk.failAt(disk.calls() + 1, SimFault.IO_ERROR);
    broker.settle();
    assertEquals(ErrorKind.STORAGE_OFFLINE, refusal(lost));
    assertEquals(
        ErrorKind.STORAGE_OFFLINE, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "c"))));
    var read = assertInstanceOf(FetchOutcome.FetchRefused.class, fetch(LOGS, 0).get());
    assertEquals(ErrorKind.STORAGE_OFFLINE, read.refusal().kind());
  }

  @Test
  void fullDiskRefusesWritesServesReadsAndComesBack() {
    create("logs", 1);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    disk.setCapacity(disk.usedBytes());
    assertEquals(
        ErrorKind.STORAGE_FULL, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"))));
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
    disk.setCapacity(Long.MAX_VALUE);
    assertEquals(1, written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "c"))).baseOffset());
    assertEquals(List.of("a", "c"), values(fetch(LOGS, 0)));
  }

  @Test
  void tooFewInSyncReplicasRefuseAllAndShowNothing() {
    create("logs", 1, "min.insync.replicas", "2");
    assertEquals(
        ErrorKind.NOT_ENOUGH_REPLICAS, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"))));
    assertEquals(0, written(produce(Acks.LEADER, LOGS, SampleBatches.of(7, "b"))).baseOffset());
    assertEquals(List.of(), values(fetch(LOGS, 0)));
    alter("logs", "min.insync.replicas", "1");
    assertEquals(List.of("b"), values(fetch(LOGS, 0)));
  }

  @Test
  void batchOverTheTopicsBoundIsRefused() {
    create("logs", 1, "max.message.bytes", "200");
    assertEquals(
        ErrorKind.RECORD_TOO_LARGE,
        refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(300)))));
    alter("logs", "max.message.bytes", "1000");
    assertEquals(
        0, written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "x".repeat(300)))).baseOffset());
  }

  @Test
  void logAppendTimeIsToldAndStored() {
    create("logs", 1, "message.timestamp.type", "LogAppendTime");
    PartOutcome.Written written = written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "a")));
    assertEquals(clock.wallMs(), written.logAppendTimeMs());
    var records = assertInstanceOf(FetchOutcome.RecordsFetched.class, fetch(LOGS, 0).get());
    assertEquals(clock.wallMs(), records.records().getFirst().timestampMs());
  }

  @Test
  void sameKeyGoesToOnePartitionAndIndexesTellWhichRecordWentWhere() {
    create("keyed", 6);
    List<PlainRecord> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ByteBuffer key = SampleBatches.bytes("key" + i % 10);
      ByteBuffer value = SampleBatches.bytes("v" + i);
      records.add(new PlainRecord(-1, PlainRecord.NOW, key, value, List.of()));
    }
    Answer<RecordsOutcome> answer = new Answer<>();
    broker
        .core()
        .produceRecords(
            new RecordsCall(CALLER, "keyed", RecordsCall.BY_KEY, Acks.ALL, 1_000, records), answer);
    broker.settle();
    var shares = assertInstanceOf(RecordsOutcome.Shared.class, answer.get()).shares();
    Set<Integer> seen = new TreeSet<>();
    TreeMap<String, Integer> partitionOfKey = new TreeMap<>();
    for (RecordsOutcome.Share share : shares) {
      assertInstanceOf(PartOutcome.Written.class, share.outcome());
      List<String> stored = values(fetch(new PartitionName("keyed", share.partition()), 0));
      List<String> sent = share.recordIndexes().stream().map(i -> "v" + i).toList();
      assertEquals(sent, stored);
      for (int i : share.recordIndexes()) {
        seen.add(i);
        Integer before = partitionOfKey.put("key" + i % 10, share.partition());
        assertTrue(before == null || before == share.partition());
      }
    }
    assertEquals(60, seen.size());
    assertTrue(shares.size() > 1);
  }

  @Test
  void deletedTopicTakesItsFilesAlongAndItsWaitersAreTold() throws IOException {
    create("logs", 3);
    produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    broker.settle();
    Answer<FetchOutcome> waiting = fetch(LOGS, 1, FetchCall.FetchForm.RECORDS, 60_000);
    broker.settle();
    Answer<TopicOutcome> deleted = new Answer<>();
    broker.core().changeTopic(new TopicCall.DeleteTopicCall(CALLER, "logs", 1_000), deleted);
    broker.settle();
    assertInstanceOf(TopicOutcome.TopicDeleted.class, deleted.get());
    var told = assertInstanceOf(FetchOutcome.FetchRefused.class, waiting.get());
    assertEquals(ErrorKind.UNKNOWN_TOPIC, told.refusal().kind());
    broker.tidy();
    assertEquals(List.of(), disk.list(ROOT).stream().filter(name -> name.contains("-0")).toList());
    assertEquals(
        ErrorKind.UNKNOWN_TOPIC, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"))));
  }

  @Test
  void unknownTopicIsLookedUpWithTheQuorumOneQuestionAtATime() {
    int before = quorum.readIndexes();
    List<Answer<List<PartOutcome>>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      PartitionName nowhere = new PartitionName("nowhere", i);
      answers.add(produce(Acks.ALL, nowhere, SampleBatches.of(1, "a")));
    }
    broker.settle();
    answers.forEach(answer -> assertEquals(ErrorKind.UNKNOWN_TOPIC, refusal(answer)));
    assertTrue(quorum.readIndexes() - before <= 20);
    quorum.reachable(false);
    assertEquals(
        ErrorKind.LEADER_NOT_AVAILABLE,
        refusal(produce(Acks.ALL, new PartitionName("nowhere", 0), SampleBatches.of(1, "a"))));
    int asked = quorum.readIndexes();
    assertEquals(
        ErrorKind.UNKNOWN_TOPIC,
        refusal(produce(Acks.ALL, new PartitionName("../x", 0), SampleBatches.of(1, "a"))));
    assertEquals(asked, quorum.readIndexes(), "an illegal name needs no quorum");
  }

  @Test
  void administrationIsRefusedInTheQuorumsWordsAndChecksChangeNothing() {
    TopicImage checked = changed(createCall("logs", 3, true, new TreeMap<>()));
    assertEquals(3, checked.partitionCount());
    assertEquals(List.of(), describe());
    create("logs", 3);
    var exists =
        assertInstanceOf(
            TopicOutcome.TopicRefused.class, change(createCall("logs", 1, false, new TreeMap<>())));
    assertEquals(ErrorKind.TOPIC_EXISTS, exists.refusal().kind());
    assertEquals(List.of("logs"), describe());
    quorum.reachable(false);
    var cutOff =
        assertInstanceOf(
            TopicOutcome.TopicRefused.class, change(createCall("more", 1, false, new TreeMap<>())));
    assertEquals(ErrorKind.QUORUM_UNAVAILABLE, cutOff.refusal().kind());
  }

  @Test
  void orderlyStopAnswersEveryoneWhoWaits() throws IOException {
    create("logs", 1);
    Answer<List<PartOutcome>> write = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    turnLoops();
    Answer<FetchOutcome> read = fetch(LOGS, 0, FetchCall.FetchForm.RECORDS, 60_000);
    turnLoops();
    broker.stop();
    assertEquals(0, written(write).baseOffset(), "the last flush of a stop commits");
    var refused = assertInstanceOf(FetchOutcome.FetchRefused.class, read.get());
    assertEquals(ErrorKind.SHUTTING_DOWN, refused.refusal().kind());
    assertEquals(
        ErrorKind.SHUTTING_DOWN, refusal(produce(Acks.ALL, LOGS, SampleBatches.of(7, "b"))));
  }

  @Test
  void waitingWriteTimesOutAndSaysThatItsOutcomeIsUnknown() {
    create("logs", 1);
    Answer<List<PartOutcome>> write = produce(Acks.ALL, LOGS, SampleBatches.of(7, "a"));
    turnLoops();
    clock.advance(1_001);
    turnLoops();
    assertEquals(ErrorKind.TIMED_OUT, refusal(write));
    broker.settle();
    assertEquals(List.of("a"), values(fetch(LOGS, 0)));
  }

  private OneThreadBroker opened() throws IOException {
    var setup =
        new OneThreadBroker.Setup(
            2,
            disk,
            ROOT,
            quorum,
            clock,
            new TopicDefaults(
                1, new ReplicaPlan.ByRule(1), TopicImage.BY_RULE, new TreeMap<>(), FlushPolicy.ACK),
            OneThreadBroker.Setup.wideLimits());
    runs++;
    OneThreadBroker started = OneThreadBroker.open(setup, new UUID(0, 1));
    started.register(new UUID(1, runs));
    return started;
  }

  private void restart(SimDisk left) throws IOException {
    disk = left;
    quorum.forgetFollowers();
    broker = opened();
  }

  /** Turns the loops, and opens and flushes nothing. */
  private void turnLoops() {
    for (int i = 0; i < 4; i++) {
      broker.step(0);
      broker.step(1);
    }
  }

  private void create(String topic, int partitions, String... config) {
    createUnsettled(topic, partitions, config);
    broker.settle();
  }

  private void createUnsettled(String topic, int partitions, String... config) {
    TreeMap<String, String> configs = new TreeMap<>();
    if (config.length == 2) {
      configs.put(config[0], config[1]);
    }
    broker.core().changeTopic(createCall(topic, partitions, false, configs), new Answer<>());
  }

  private static TopicCall createCall(
      String topic, int partitions, boolean validateOnly, SortedMap<String, String> configs) {
    return new TopicCall.CreateTopicCall(
        CALLER, topic, partitions, TopicCall.UNSET, configs, validateOnly, 1_000);
  }

  private void alter(String topic, String key, String value) {
    TreeMap<String, String> configs = new TreeMap<>();
    configs.put(key, value);
    changed(
        new TopicCall.AlterTopicCall(
            CALLER, topic, TopicCall.UNSET, configs, new TreeSet<>(), false, 1_000));
  }

  private TopicOutcome change(TopicCall call) {
    Answer<TopicOutcome> answer = new Answer<>();
    broker.core().changeTopic(call, answer);
    broker.settle();
    return answer.get();
  }

  private TopicImage changed(TopicCall call) {
    return assertInstanceOf(TopicOutcome.TopicChanged.class, change(call)).topic();
  }

  private List<String> describe() {
    Answer<DescribeOutcome> answer = new Answer<>();
    broker.core().describeTopics(Set.of(), answer);
    return assertInstanceOf(DescribeOutcome.Described.class, answer.get()).topics().stream()
        .map(TopicImage::name)
        .toList();
  }

  private Answer<List<PartOutcome>> produce(Acks acks, PartitionName where, ByteBuffer batches) {
    Answer<List<PartOutcome>> answer = new Answer<>();
    broker
        .core()
        .produce(
            new ProduceCall(CALLER, acks, 1_000, List.of(new ProduceCall.Part(where, batches))),
            answer);
    return answer;
  }

  private Answer<FetchOutcome> fetch(PartitionName where, long from) {
    Answer<FetchOutcome> answer = fetch(where, from, FetchCall.FetchForm.RECORDS, 0);
    broker.settle();
    return answer;
  }

  private Answer<FetchOutcome> fetch(
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

  private OffsetsOutcome.Found found(FetchStart at) {
    return assertInstanceOf(OffsetsOutcome.Found.class, offsets(at).get());
  }

  private Answer<OffsetsOutcome> offsets(FetchStart at) {
    Answer<OffsetsOutcome> answer = new Answer<>();
    broker.core().listOffsets(new OffsetsCall(CALLER, LOGS, at), answer);
    broker.settle();
    return answer;
  }

  private PartOutcome.Written written(Answer<List<PartOutcome>> answer) {
    broker.settle();
    return assertInstanceOf(PartOutcome.Written.class, answer.get().getFirst());
  }

  private ErrorKind refusal(Answer<List<PartOutcome>> answer) {
    broker.settle();
    return assertInstanceOf(PartOutcome.NotWritten.class, answer.get().getFirst()).refusal().kind();
  }

  private ByteBuffer batches(Answer<FetchOutcome> answer) {
    broker.settle();
    return assertInstanceOf(FetchOutcome.BatchesFetched.class, answer.get()).batches();
  }

  private static List<String> values(Answer<FetchOutcome> answer) {
    return assertInstanceOf(FetchOutcome.RecordsFetched.class, answer.get()).records().stream()
        .map(record -> SampleBatches.text(record.value()))
        .toList();
  }
}
