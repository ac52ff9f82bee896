package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.RecordsCall;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.TopicCall;
import dev.milena.broker.core.TopicOutcome;
import dev.milena.metadata.TopicImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Stories of reading, of topics and of what is not there, one a test. */
class CoreReadsTest extends CoreOnOneThread {
  CoreReadsTest() throws IOException {}

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
  void fetchDoesNotWaitForBytesThatAnotherSegmentOrAnotherAnswerHolds() {
    create("logs", 1, "segment.bytes", Integer.toString(1 << 20));
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "a")));
    // Too large for what is left of the first segment.
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "b".repeat(1_048_450))));
    int firstBytes = SampleBatches.of(7, "a").limit();
    assertEquals(firstBytes, batches(fetchAtLeast(0, 1_000, 1 << 20)).remaining());
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "c".repeat(600))));
    written(produce(Acks.ALL, LOGS, SampleBatches.of(7, "d".repeat(600))));
    int oneBytes = SampleBatches.of(7, "c".repeat(600)).limit();
    assertEquals(oneBytes, batches(fetchAtLeast(2, 1_000, 1_000)).remaining());
    Answer<FetchOutcome> last = fetchAtLeast(3, 1_000, 1 << 20);
    broker.settle();
    assertTrue(!last.isGiven(), "there is nothing behind it, so it waits");
  }

  private Answer<FetchOutcome> fetchAtLeast(long from, int minBytes, int maxBytes) {
    Answer<FetchOutcome> answer = new Answer<>();
    broker
        .core()
        .fetch(
            new FetchCall(
                CALLER,
                LOGS,
                new FetchStart.AtOffset(from),
                FetchCall.FetchForm.BATCHES,
                new FetchCall.Bounds(minBytes, maxBytes, 60_000)),
            answer);
    return answer;
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
}
