package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.MilenaClient;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.RecordPlace;
import dev.milena.proto.v1.StoredRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One writer for each of some partitions, who appends with acks=all, by the Java client, one record
 * after the other, whatever happens to leaders. The client repeats by itself what may be repeated;
 * a write that fails all the same fails the test.
 */
final class SteadyWriters {
  /** Far above what a failover takes. */
  private static final Duration GOES_ON = Duration.ofSeconds(10);

  private final String topic;

  /** By partition: what is acknowledged at which offset. */
  private final List<ConcurrentSkipListMap<Long, String>> acknowledged;

  private final Writers writers = new Writers();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong longestNanos = new AtomicLong();

  private SteadyWriters(String topic, int partitions) {
    this.topic = topic;
    this.acknowledged =
        Stream.generate(ConcurrentSkipListMap<Long, String>::new).limit(partitions).toList();
  }

  /** Begins, in partitions 0 and on, each as fast as it is answered. */
  static SteadyWriters start(MilenaClient client, String topic, int partitions) {
    return start(client, topic, partitions, Duration.ZERO);
  }

  /** Begins, in partitions 0 and on, each pausing for so long after an answer. */
  static SteadyWriters start(MilenaClient client, String topic, int partitions, Duration pause) {
    SteadyWriters steady = new SteadyWriters(topic, partitions);
    for (int partition = 0; partition < partitions; partition++) {
      int own = partition;
      steady.writers.start("writer-" + own, () -> steady.write(client, own, pause));
    }
    return steady;
  }

  private void write(MilenaClient client, int partition, Duration pause) throws Exception {
    ConcurrentSkipListMap<Long, String> own = acknowledged.get(partition);
    try (Producer producer = client.producer(ProducerSettings.defaults().withLingerMs(0))) {
      for (int i = 0; !over.get(); i++) {
        String value = "%s:%s".formatted(partition, i);
        long began = System.nanoTime();
        RecordPlace place =
            producer
                .send(
                    OutgoingRecord.of(
                            topic, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
                        .to(partition))
                .get();
        longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        assertNull(own.put(place.offset(), value), "an offset is given twice");
        LockSupport.parkNanos(pause.toNanos());
      }
    }
  }

  /** Waits until in every partition so many more are acknowledged. */
  void goOn(int records) {
    List<Integer> before = sizes();
    Cluster.await(
        () ->
            "writing goes on in all partitions; acknowledged before %s, now %s"
                .formatted(before, sizes()),
        GOES_ON,
        () -> {
          writers.assertNoneFailed();
          return IntStream.range(0, before.size())
              .allMatch(one -> acknowledged.get(one).size() >= before.get(one) + records);
        });
  }

  private List<Integer> sizes() {
    return acknowledged.stream().map(Map::size).toList();
  }

  /** How long the longest write took that has ended since this was asked last, in milliseconds. */
  long takeLongestMs() {
    return TimeUnit.NANOSECONDS.toMillis(longestNanos.getAndSet(0));
  }

  /** Ends them; fails when one failed. */
  void stop() throws InterruptedException {
    over.set(true);
    writers.join();
  }

  /** All that was acknowledged is there, at its offset, and offsets are dense. */
  void assertStored(String leader, int partition) throws InterruptedException {
    List<StoredRecord> stored = Records.all(leader, topic, partition);
    for (int offset = 0; offset < stored.size(); offset++) {
      assertEquals(offset, stored.get(offset).getOffset(), "offsets are dense");
    }
    Map<Long, String> own = acknowledged.get(partition);
    own.forEach((offset, value) -> {
      assertTrue(offset < stored.size(), () -> "acknowledged at " + offset + " and lost");
      assertEquals(value, stored.get(Math.toIntExact(offset)).getValue().toStringUtf8());
    });
    System.out.printf(
        "%s-%s: %s acknowledged, %s stored%n", topic, partition, own.size(), stored.size());
  }
}
