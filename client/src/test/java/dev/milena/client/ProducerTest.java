package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.proto.v1.ProduceRequest;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.Partitioner;
import dev.milena.records.RecordBatchBuilder;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProducerTest {
  private final FakeCluster cluster = new FakeCluster(2);
  private MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.bootstrap()));

  @BeforeEach
  void topic() {
    cluster.createTopic("t", 1);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<CompletableFuture<RecordPlace>> sendNumbers(Producer producer, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> producer.send(OutgoingRecord.of("t", bytes("" + i)).to(0)))
        .toList();
  }

  private List<String> stored(String topic, int partition) {
    List<String> values = new ArrayList<>();
    try (Consumer consumer =
        client.consumer(
            ConsumerSettings.defaults(),
            Map.of(new TopicPartition(topic, partition), new StartAt.Earliest()))) {
      while (values.size() < count(topic, partition)) {
        consumer
            .pollRecords(1000)
            .forEach(r -> values.add(StandardCharsets.UTF_8.decode(r.value()).toString()));
      }
    }
    return values;
  }

  private long count(String topic, int partition) {
    return cluster.log(topic, partition).end();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static MilenaException failure(CompletableFuture<RecordPlace> sent) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> sent.get());
    return assertInstanceOf(MilenaException.class, thrown.getCause());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
  void recordsAreWrittenInOrderAndSayWhere(String compression) throws Exception {
    ProducerSettings settings =
        ProducerSettings.defaults().withCompression(compression).withBytes(1024, 4096, 1 << 20);
    List<CompletableFuture<RecordPlace>> sent;
    try (Producer producer = client.producer(settings)) {
      sent = sendNumbers(producer, 1000);
    }
    for (int i = 0; i < 1000; i++) {
      assertEquals(new RecordPlace("t", 0, i), sent.get(i).get());
    }
    assertEquals(numbers(1000), stored("t", 0));
    assertTrue(cluster.writes.size() < 100, "batched into " + cluster.writes.size());
  }

  @Test
  void everythingOfARecordArrives() {
    OutgoingRecord record =
        new OutgoingRecord(
            "t",
            java.util.OptionalInt.empty(),
            bytes("k"),
            null,
            List.of(new Header("a", bytes("1")), new Header("a", null)),
            1234);
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      var _ = producer.send(record);
    }
    try (Consumer consumer =
        client.consumer(
            ConsumerSettings.defaults(),
            Map.of(new TopicPartition("t", 0), new StartAt.Offset(0)))) {
      ConsumedRecord read = consumer.pollRecords(5000).getFirst();
      assertEquals(bytes("k"), read.key());
      assertEquals(null, read.value());
      assertEquals(record.headers(), read.headers());
      assertEquals(1234, read.timestampMs());
    }
  }

  @Test
  void equalKeysGoWhereKafkasClientsPutThem() throws Exception {
    cluster.createTopic("six", 6);
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      for (String key : List.of("a", "user-17", "", "\u00e9t\u00e9")) {
        RecordPlace place = producer.send(OutgoingRecord.of("six", bytes(key), bytes("v"))).get();
        assertEquals(Partitioner.partitionOf(bytes(key), 6), place.partition());
      }
    }
  }

  @Test
  void recordsWithoutKeyFillOnePartitionAfterAnother() throws Exception {
    cluster.createTopic("six", 6);
    ProducerSettings settings = ProducerSettings.defaults().withBytes(1024, 4096, 1 << 20);
    List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
    try (Producer producer = client.producer(settings)) {
      for (int i = 0; i < 2000; i++) {
        sent.add(producer.send(OutgoingRecord.of("six", bytes("value " + i))));
      }
    }
    int changes = 0;
    int before = -1;
    for (CompletableFuture<RecordPlace> future : sent) {
      int partition = future.get().partition();
      changes += partition == before ? 0 : 1;
      before = partition;
    }
    assertTrue(changes > 6 && changes < 200, "partition changed " + changes + " times");
  }

  @Test
  void aRefusedBatchIsSentAgainBeforeWhatCameAfterIt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    cluster.refusal =
        request ->
            asked.incrementAndGet() % 3 == 1
                ? Optional.of(
                    FakeCluster.error(
                        "STORAGE_FULL", Status.Code.UNAVAILABLE, Map.of("retryAfterMs", "5")))
                : Optional.empty();
    ProducerSettings settings = ProducerSettings.defaults().withBytes(1024, 1024, 1 << 20);
    List<CompletableFuture<RecordPlace>> sent;
    try (Producer producer = client.producer(settings)) {
      sent = sendNumbers(producer, 2000);
    }
    assertEquals(1999, sent.get(1999).get().offset());
    assertEquals(numbers(2000), stored("t", 0));
  }

  @Test
  void aNewLeaderIsFoundByItsHintAndByAsking() throws Exception {
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      assertEquals(0, producer.send(OutgoingRecord.of("t", bytes("0"))).get().offset());
      int describes = cluster.counts.describes.get();

      cluster.lead("t", 0, 2);
      assertEquals(1, producer.send(OutgoingRecord.of("t", bytes("1"))).get().offset());
      assertEquals(describes, cluster.counts.describes.get(), "the hint was enough");

      cluster.lead("t", 0, 0);
      CompletableFuture<RecordPlace> waiting = producer.send(OutgoingRecord.of("t", bytes("2")));
      assertTrue(cluster.writes.poll(20, TimeUnit.SECONDS) != null);
      cluster.lead("t", 0, 1);
      assertEquals(2, waiting.get().offset());
    }
  }

  /** Otherwise it is asked once more, and may be a broker that stops and answers no more. */
  @Test
  void whereAWriteTimesOutItIsLookedUpWhoLeadsNow() throws Exception {
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      var _ = producer.send(OutgoingRecord.of("t", bytes("0"))).get();
      int describes = cluster.counts.describes.get();
      AtomicInteger asked = new AtomicInteger();
      cluster.refusal =
          _ ->
              asked.incrementAndGet() == 1
                  ? Optional.of(
                      FakeCluster.error("TIMED_OUT", Status.Code.DEADLINE_EXCEEDED, Map.of()))
                  : Optional.empty();

      assertEquals(1, producer.send(OutgoingRecord.of("t", bytes("1"))).get().offset());

      assertTrue(cluster.counts.describes.get() > describes, "nobody was asked who leads");
    }
  }

  @Test
  void whenTheLeaderDiesTheNextOneTakesOver() throws Exception {
    ProducerSettings settings = ProducerSettings.defaults().withBytes(1024, 2048, 1 << 20);
    try (Producer producer = client.producer(settings)) {
      var _ = producer.send(OutgoingRecord.of("t", bytes("0")).to(0)).get();
      cluster.silent = true;
      List<CompletableFuture<RecordPlace>> sent = sendNumbers(producer, 500);
      ProduceRequest swallowed = cluster.writes.poll(20, TimeUnit.SECONDS);
      assertTrue(swallowed != null);

      cluster.silent = false;
      cluster.lead("t", 0, 2);
      cluster.kill(1);

      for (CompletableFuture<RecordPlace> future : sent) {
        var _ = future.get(20, TimeUnit.SECONDS);
      }
      assertEquals(numbers(500), stored("t", 0).subList(1, 501));
    }
  }

  @Test
  void aBrokerThatFallsSilentIsGivenUpAndTheFutureSaysThatNobodyKnows() {
    cluster.silent = true;
    ProducerSettings settings = ProducerSettings.defaults().withTiming(1000, 300, 100);
    try (Producer producer = client.producer(settings)) {
      MilenaException failure = failure(producer.send(OutgoingRecord.of("t", bytes("x"))));
      assertEquals("DELIVERY_TIMED_OUT", failure.reason());
      assertTrue(failure.getMessage().contains("may or may not"), failure.getMessage());
      assertEquals("0", failure.about().get("partition"));
    }
  }

  @Test
  void withoutALeaderTheFutureSaysThatNothingWasWritten() {
    cluster.lead("t", 0, 0);
    ProducerSettings settings = ProducerSettings.defaults().withTiming(1000, 300, 100);
    try (Producer producer = client.producer(settings)) {
      MilenaException failure = failure(producer.send(OutgoingRecord.of("t", bytes("x")).to(0)));
      assertEquals("DELIVERY_TIMED_OUT", failure.reason());
      assertTrue(failure.getMessage().contains("was not written"), failure.getMessage());
    }
  }

  @Test
  void aFullBufferBlocksAndThenSaysSo() {
    cluster.silent = true;
    ProducerSettings settings =
        ProducerSettings.defaults().withBytes(1024, 1024, 4096).withTiming(50, 60_000, 60_000);
    try (Producer producer = client.producer(settings)) {
      MilenaException failure =
          assertThrows(
              MilenaException.class,
              () -> {
                for (int i = 0; i < 100; i++) {
                  var _ = producer.send(OutgoingRecord.of("t", ByteBuffer.allocate(500)));
                }
              });
      assertEquals("BUFFER_FULL", failure.reason());
      assertTrue(failure.getMessage().contains("4096 of 4096 bytes"), failure.getMessage());
      producer.close(0);
    }
  }

  @Test
  void ofABatchThatIsTooLargeOnlyTheLargeRecordFails() throws Exception {
    cluster.refuseBatchesOver(2000);
    ProducerSettings settings = ProducerSettings.defaults().withBytes(64 << 10, 1 << 20, 1 << 22);
    List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
    try (Producer producer = client.producer(settings)) {
      for (int i = 0; i < 50; i++) {
        int size = i == 20 ? 3000 : 100 + i;
        sent.add(producer.send(OutgoingRecord.of("t", ByteBuffer.allocate(size)).to(0)));
      }
    }
    MilenaException failure = failure(sent.get(20));
    assertEquals("RECORD_TOO_LARGE", failure.reason());
    assertEquals("2000", failure.about().get("maxBytes"));
    assertEquals(
        "the record needs a batch of 3070 bytes, and max.message.bytes of topic t is 2000; raise it"
            + " (kafkactl topics --alter --topic t --config max.message.bytes=3070), or split what"
            + " you send",
        failure.getMessage());
    for (int i = 0; i < 50; i++) {
      if (i != 20) {
        assertEquals(i < 20 ? i : i - 1, sent.get(i).get().offset());
      }
    }
  }

  @Test
  void aRecordThatNoRequestMayHoldFailsAloneAndAtOnce() throws Exception {
    try (FakeCluster strict = new FakeCluster(1, 5 << 20);
        MilenaClient other = MilenaClient.connect(ClientSettings.of(strict.bootstrap()));
        Producer producer = other.producer(ProducerSettings.defaults())) {
      strict.createTopic("t", 1);
      List<CompletableFuture<RecordPlace>> sent = new ArrayList<>();
      for (int size : List.of(10, 6 << 20, 10, 10)) {
        sent.add(producer.send(OutgoingRecord.of("t", ByteBuffer.allocate(size)).to(0)));
      }
      MilenaException failure = failure(sent.get(1));
      assertEquals("RECORD_TOO_LARGE", failure.reason());
      assertTrue(failure.getMessage().contains("bytes"), failure.getMessage());
      assertEquals(0, sent.get(0).get().offset());
      assertEquals(2, sent.get(3).get().offset());
    }
  }

  @Test
  void anUnknownTopicOrPartitionIsSaidAtOnce() {
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      MilenaException topic =
          assertThrows(
              MilenaException.class, () -> producer.send(OutgoingRecord.of("nope", bytes("x"))));
      assertEquals("UNKNOWN_TOPIC", topic.reason());
      MilenaException partition =
          assertThrows(
              MilenaException.class, () -> producer.send(OutgoingRecord.of("t", bytes("x")).to(1)));
      assertEquals("UNKNOWN_PARTITION", partition.reason());
      assertTrue(partition.getMessage().contains("0 to 0"), partition.getMessage());
    }
  }

  @Test
  void aTopicThatIsDeletedUnderwayFailsItsRecords() throws Exception {
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      var _ = producer.send(OutgoingRecord.of("t", bytes("0"))).get();
      cluster.dropTopic("t");
      assertEquals(
          "UNKNOWN_TOPIC", failure(producer.send(OutgoingRecord.of("t", bytes("1")))).reason());
    }
  }

  @Test
  void closingWithoutPatienceSaysWhatIsUnknown() throws Exception {
    cluster.silent = true;
    Producer producer = client.producer(ProducerSettings.defaults());
    CompletableFuture<RecordPlace> sent = producer.send(OutgoingRecord.of("t", bytes("x")));
    assertTrue(cluster.writes.poll(20, TimeUnit.SECONDS) != null);
    producer.close(0);
    MilenaException failure = failure(sent);
    assertEquals("CLOSED", failure.reason());
    assertTrue(failure.getMessage().contains("may or may not"), failure.getMessage());
    MilenaException late =
        assertThrows(
            MilenaException.class, () -> producer.send(OutgoingRecord.of("t", bytes("y"))));
    assertEquals("CLOSED", late.reason());
  }

  @Test
  void flushWaitsForEverythingSentBefore() {
    ProducerSettings settings = ProducerSettings.defaults().withLingerMs(60_000);
    try (Producer producer = client.producer(settings)) {
      List<CompletableFuture<RecordPlace>> sent = sendNumbers(producer, 100);
      producer.flush();
      assertTrue(sent.stream().allMatch(CompletableFuture::isDone));
      assertEquals(32L << 20, producer.freeBytes());
    }
  }

  @Test
  void withoutAcksNobodyKnowsTheOffset() throws Exception {
    ProducerSettings settings = ProducerSettings.defaults().withAcks(Acks.NONE);
    try (Producer producer = client.producer(settings)) {
      RecordPlace place = producer.send(OutgoingRecord.of("t", bytes("x"))).get();
      assertEquals(RecordPlace.UNKNOWN_OFFSET, place.offset());
    }
  }

  @Test
  void wholeBatchesAreWrittenAsTheyAre() throws Exception {
    RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, 1 << 20);
    assertTrue(builder.append(5, bytes("k"), bytes("0"), List.of()));
    assertTrue(builder.append(6, null, bytes("1"), List.of()));
    ByteBuffer batch = builder.build();
    ByteBuffer two = ByteBuffer.allocate(2 * batch.remaining());
    two.put(batch.duplicate()).put(batch.duplicate()).flip();
    try (Producer producer = client.producer(ProducerSettings.defaults())) {
      TopicPartition where = new TopicPartition("t", 0);
      assertEquals(0, producer.sendBatches(where, two).get().offset());
      assertEquals(4, producer.sendBatches(where, batch).get().offset());
    }
    ByteBuffer stored = cluster.log("t", 0).read(0, 1 << 20);
    assertEquals(BatchHeader.crc(batch, 0), BatchHeader.crc(stored, 0));
    assertEquals(6, count("t", 0));
  }
}
