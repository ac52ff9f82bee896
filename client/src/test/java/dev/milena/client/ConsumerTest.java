package dev.milena.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.connection.Connections;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsumerTest {
  private static final TopicPartition WHERE = new TopicPartition("t", 0);

  private final FakeCluster cluster = new FakeCluster(2);
  private final MilenaClient client =
      MilenaClient.connect(ClientSettings.of(cluster.bootstrap()).withRequestTimeoutMs(50_000));

  @BeforeEach
  void topic() {
    cluster.createTopic("t", 1);
  }

  @AfterEach
  void close() {
    client.close();
    cluster.close();
  }

  private void write(TopicPartition where, int from, int to, String compression) {
    ProducerSettings settings =
        ProducerSettings.defaults().withCompression(compression).withBytes(1024, 1024, 1 << 20);
    try (Producer producer = client.producer(settings)) {
      for (int i = from; i < to; i++) {
        var _ =
            producer.send(
                OutgoingRecord.of(where.topic(), ProducerTest.bytes("" + i)).to(where.partition()));
      }
    }
  }

  private Consumer consumer(ConsumerSettings settings, StartAt start) {
    return client.consumer(settings, Map.of(WHERE, start));
  }

  private static List<Integer> read(Consumer consumer, int count) {
    List<Integer> values = new ArrayList<>();
    while (values.size() < count) {
      consumer.pollRecords(5000).forEach(r -> values.add(number(r)));
    }
    return values;
  }

  private static int number(ConsumedRecord record) {
    return Integer.parseInt(StandardCharsets.UTF_8.decode(record.value()).toString());
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void readingStartsExactlyAtTheOffsetAlsoInsideABatch() {
    write(WHERE, 0, 500, "lz4");
    try (Consumer consumer = consumer(ConsumerSettings.defaults(), new StartAt.Offset(217))) {
      assertEquals(numbers(217, 500), read(consumer, 283));
    }
  }

  @Test
  void latestIsWhatIsWrittenAfterTheConsumerWasMade() {
    write(WHERE, 0, 10, "none");
    try (Consumer consumer = consumer(ConsumerSettings.defaults(), new StartAt.Latest())) {
      write(WHERE, 10, 20, "none");
      assertEquals(numbers(10, 20), read(consumer, 10));
    }
  }

  @Test
  void streamsThatBreakAreResumedWithoutGapOrRepetition() {
    write(WHERE, 0, 1000, "none");
    cluster.answersAStream = 2;
    ConsumerSettings settings = ConsumerSettings.defaults().withMemory(2048, 2);
    try (Consumer consumer = consumer(settings, new StartAt.Earliest())) {
      assertEquals(numbers(0, 1000), read(consumer, 1000));
    }
  }

  @Test
  void readingGoesOnAtTheNextLeader() {
    write(WHERE, 0, 100, "none");
    try (Consumer consumer = consumer(ConsumerSettings.defaults(), new StartAt.Earliest())) {
      assertEquals(numbers(0, 100), read(consumer, 100));
      cluster.lead("t", 0, 2);
      write(WHERE, 100, 200, "none");
      assertEquals(numbers(100, 200), read(consumer, 100));
      cluster.lead("t", 0, 1);
      cluster.kill(2);
      write(WHERE, 200, 300, "none");
      assertEquals(numbers(200, 300), read(consumer, 100));
    }
  }

  @Test
  void severalPartitionsAreReadEachInItsOrder() {
    cluster.createTopic("three", 3);
    Map<TopicPartition, StartAt> starts = new TreeMap<>();
    for (int p = 0; p < 3; p++) {
      write(new TopicPartition("three", p), 100 * p, 100 * p + 100, "none");
      starts.put(new TopicPartition("three", p), new StartAt.Earliest());
    }
    Map<TopicPartition, List<Integer>> read = new TreeMap<>();
    int count = 0;
    try (Consumer consumer = client.consumer(ConsumerSettings.defaults(), starts)) {
      while (count < 300) {
        List<ConsumedRecord> records = consumer.pollRecords(5000);
        count += records.size();
        records.forEach(
            r -> read.computeIfAbsent(r.partition(), p -> new ArrayList<>()).add(number(r)));
      }
    }
    for (int p = 0; p < 3; p++) {
      assertEquals(numbers(100 * p, 100 * p + 100), read.get(new TopicPartition("three", p)));
    }
  }

  @Test
  void aReaderThatStopsHoldsNoMoreThanItsAnswersAhead() throws InterruptedException {
    try (Producer producer =
        client.producer(ProducerSettings.defaults().withBytes(512 << 10, 1 << 20, 32 << 20))) {
      for (int i = 0; i < 64; i++) {
        var _ = producer.send(OutgoingRecord.of("t", ByteBuffer.allocate(512 << 10)).to(0));
      }
    }
    ConsumerSettings settings = ConsumerSettings.defaults().withMemory(600_000, 2);
    Permits permits = new Permits();
    ClientSettings ours = ClientSettings.of(cluster.bootstrap());
    try (Connections connections = new Connections("test", 5000);
        BatchConsumer consumer =
            new BatchConsumer(
                settings,
                at -> ClientInterceptors.intercept(connections.to(at), permits),
                new LeaderCache(new Admin(new BrokerCalls(ours, connections))),
                Map.of(WHERE, new StartAt.Earliest()))) {
      FetchedBatches first = consumer.poll(20_000).orElseThrow();
      // as many as may come while nobody reads: had one of them asked for more, it would be seen
      assertTrue(permits.arrived.tryAcquire(1 + 2, 20, TimeUnit.SECONDS));
      assertEquals(1 + 2, permits.asked.get(), "the one that was taken, and 2 ahead");
      // beside them what fits into a window of 4 MiB
      assertTrue(
          cluster.counts.answersSent.get() <= 3 + 10, "answers sent " + cluster.counts.answersSent);
      long next = first.nextOffset();
      for (int taken = 2; next < 64; taken++) {
        FetchedBatches more = consumer.poll(20_000).orElseThrow();
        assertEquals(next, more.wantedOffset());
        assertEquals(taken + 2, permits.asked.get(), "those that were taken, and 2 ahead");
        next = more.nextOffset();
      }
    }
  }

  /** Counts how many answers a client lets come: gRPC hands it no more than it asked for. */
  private static final class Permits implements ClientInterceptor {
    final AtomicInteger asked = new AtomicInteger();
    final Semaphore arrived = new Semaphore(0);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void request(int answers) {
          asked.addAndGet(answers);
          super.request(answers);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onMessage(A answer) {
                  super.onMessage(answer);
                  arrived.release();
                }
              },
              headers);
        }
      };
    }
  }

  @Test
  void anOffsetOutsideTheLogIsSaidWithItsBounds() {
    write(WHERE, 0, 10, "none");
    try (Consumer consumer = consumer(ConsumerSettings.defaults(), new StartAt.Offset(11))) {
      MilenaException failure =
          assertThrows(MilenaException.class, () -> consumer.pollRecords(5000));
      assertEquals("OFFSET_OUT_OF_RANGE", failure.reason());
      assertEquals("10", failure.about().get("logEndOffset"));
      assertEquals(Map.of(WHERE, failure), consumer.ended());
      consumer.readFrom(WHERE, new StartAt.Offset(9));
      assertEquals(List.of(9), read(consumer, 1));
      assertEquals(Map.of(), consumer.ended());
    }
  }

  @Test
  void aPartitionThatEndsIsSaidOnceAndTheOthersAreReadOn() {
    cluster.createTopic("two", 2);
    TopicPartition bad = new TopicPartition("two", 0);
    TopicPartition good = new TopicPartition("two", 1);
    write(bad, 0, 10, "none");
    cluster.damage("two", 0);
    Map<TopicPartition, StartAt> starts =
        Map.of(bad, new StartAt.Earliest(), good, new StartAt.Earliest());
    try (Consumer consumer = client.consumer(ConsumerSettings.defaults(), starts)) {
      MilenaException failure =
          assertThrows(MilenaException.class, () -> consumer.pollRecords(5000));
      assertEquals("CORRUPT_LOG", failure.reason());
      assertEquals(Map.of(bad, failure), consumer.ended());
      write(good, 10, 20, "none");
      assertEquals(numbers(10, 20), read(consumer, 10));
      assertTrue(consumer.connected());
    }
  }

  @Test
  void aTopicThatIsDeletedWhileTheConsumerReconnectsIsSaid() {
    write(WHERE, 0, 10, "none");
    try (Consumer consumer = consumer(ConsumerSettings.defaults(), new StartAt.Earliest())) {
      assertEquals(numbers(0, 10), read(consumer, 10));
      cluster.lead("t", 0, 0);
      while (consumer.failing().isEmpty()) {
        assertEquals(List.of(), consumer.pollRecords(10));
      }
      cluster.dropTopic("t");
      MilenaException failure =
          assertThrows(MilenaException.class, () -> consumer.pollRecords(5000));
      assertEquals("UNKNOWN_TOPIC", failure.reason());
    }
  }

  @Test
  void anUnknownTopicIsSaidWhenTheConsumerIsAskedForIt() {
    MilenaException failure =
        assertThrows(MilenaException.class, () -> client.partitionsOf("nope"));
    assertEquals("UNKNOWN_TOPIC", failure.reason());
  }

  @Test
  void damagedBytesAreAnErrorAndNotARecord() {
    write(WHERE, 0, 10, "none");
    ByteBuffer stored = cluster.log("t", 0).read(0, 1 << 20);
    stored.put(stored.limit() - 2, (byte) (stored.get(stored.limit() - 2) ^ 1));
    cluster.createTopic("bad", 1);
    cluster.log("bad", 0).append(stored);
    Map<TopicPartition, StartAt> starts =
        Map.of(new TopicPartition("bad", 0), new StartAt.Earliest());
    try (Consumer consumer = client.consumer(ConsumerSettings.defaults(), starts)) {
      MilenaException failure =
          assertThrows(MilenaException.class, () -> consumer.pollRecords(5000));
      assertEquals("CORRUPT_BATCH", failure.reason());
      // what lies behind it is not handed out as if nothing were missing
      cluster.log("bad", 0).append(cluster.log("t", 0).read(0, 1 << 20));
      assertEquals(starts.keySet(), consumer.ended().keySet());
      assertEquals(List.of(), consumer.pollRecords(100));
    }
  }

  @Test
  void nothingNewIsNothingAfterTheTimeGiven() {
    try (Consumer consumer = consumer(ConsumerSettings.defaults(), new StartAt.Earliest())) {
      assertEquals(Optional.empty(), consumer.poll(20).map(RecordRun::partition));
    }
  }

  @Test
  void anOffsetIsFoundByPlaceAndByTime() {
    write(WHERE, 0, 10, "none");
    assertEquals(0, client.offset(WHERE, new StartAt.Earliest()));
    assertEquals(10, client.offset(WHERE, new StartAt.Latest()));
    assertEquals(10, client.offset(WHERE, new StartAt.Time(Long.MAX_VALUE)));
  }
}
