package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.OutgoingRecord;
import dev.milena.client.PartitionDetails;
import dev.milena.client.Producer;
import dev.milena.client.ProducerSettings;
import dev.milena.client.RecordPlace;
import dev.milena.proto.v1.StoredRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer writes to partitions of three replicas with acks=all while one node after the other is
 * killed (kill -9) and comes back: what was acknowledged is there, at its offset, and the three
 * logs of each partition end as the same bytes.
 *
 * <p>With {@code -Dcluster.faults=true} each node is killed three times.
 */
class KilledLeadersTest {
  private static final int ROUNDS = Boolean.getBoolean("cluster.faults") ? 3 : 1;
  private static final int PARTITIONS = 6;
  private static final String TOPIC = "three";

  /** A writer that waits for so long does not go on: far above what a failover takes. */
  private static final Duration GOES_ON = Duration.ofSeconds(10);

  private static final Duration WHOLE_AGAIN = Duration.ofSeconds(60);
  private static final int ENOUGH = 50;

  @TempDir Path folder;

  /** By partition: what is acknowledged at which offset. */
  private final List<ConcurrentSkipListMap<Long, String>> acknowledged =
      Stream.generate(ConcurrentSkipListMap<Long, String>::new).limit(PARTITIONS).toList();

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong longestNanos = new AtomicLong();

  @Test
  @Timeout(300)
  void whatWasAcknowledgedOutlivesEveryLeader() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(bootstrap(cluster)))) {
      Admin admin = client.admin();
      String topicId =
          admin
              .createTopic(
                  new NewTopic(
                      TOPIC,
                      OptionalInt.of(PARTITIONS),
                      OptionalInt.of(3),
                      new TreeMap<>(Map.of("min.insync.replicas", "2"))))
              .topicId();
      Writers writers = new Writers();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        int own = partition;
        writers.start("writer-" + own, () -> write(client, own));
      }
      goOn(writers);
      for (int round = 0; round < ROUNDS; round++) {
        for (int victim = 1; victim <= 3; victim++) {
          longestNanos.set(0);
          cluster.kill(victim);
          goOn(writers);
          System.out.printf(
              "kill -9 of node %s: no writer waited longer than %s ms%n",
              victim, TimeUnit.NANOSECONDS.toMillis(longestNanos.get()));
          cluster.start(victim);
          Cluster.await(
              () -> "all are in sync; are " + rows(admin), WHOLE_AGAIN, () -> isWhole(admin));
        }
      }
      over.set(true);
      writers.join();
      for (PartitionDetails row : rows(admin)) {
        assertStored(cluster.clientsOf(row.leader().orElseThrow()), row.partition());
      }
      for (int id : cluster.up()) {
        assertEquals(0, cluster.stop(id));
      }
      assertSameBytes(cluster, topicId);
    }
  }

  private static String bootstrap(Cluster cluster) {
    return String.join(",", List.of(1, 2, 3).stream().map(cluster::clientsOf).toList());
  }

  /** One record after the other. */
  private void write(MilenaClient client, int partition) throws Exception {
    ConcurrentSkipListMap<Long, String> own = acknowledged.get(partition);
    try (Producer producer = client.producer(ProducerSettings.defaults().withLingerMs(0))) {
      for (int i = 0; !over.get(); i++) {
        String value = "%s:%s".formatted(partition, i);
        long began = System.nanoTime();
        RecordPlace place =
            producer
                .send(
                    OutgoingRecord.of(
                            TOPIC, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
                        .to(partition))
                .get();
        longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        assertEquals(null, own.put(place.offset(), value), "an offset is given twice");
      }
    }
  }

  /** In every partition records are acknowledged that were sent after now. */
  private void goOn(Writers writers) {
    List<Integer> before = acknowledged.stream().map(Map::size).toList();
    Cluster.await(
        "writing goes on in all partitions",
        GOES_ON,
        () -> {
          writers.assertNoneFailed();
          return IntStream.range(0, PARTITIONS)
              .allMatch(one -> acknowledged.get(one).size() >= before.get(one) + ENOUGH);
        });
  }

  private static List<PartitionDetails> rows(Admin admin) {
    return admin.describeTopics(List.of(TOPIC)).getFirst().partitions();
  }

  private static boolean isWhole(Admin admin) {
    return rows(admin).stream().allMatch(row -> row.isr().size() == 3);
  }

  private void assertStored(String leader, int partition) throws InterruptedException {
    List<StoredRecord> stored = Records.all(leader, TOPIC, partition);
    for (int offset = 0; offset < stored.size(); offset++) {
      assertEquals(offset, stored.get(offset).getOffset(), "offsets are dense");
    }
    Map<Long, String> own = acknowledged.get(partition);
    own.forEach((offset, value) -> {
      assertTrue(offset < stored.size(), () -> "acknowledged at " + offset + " and lost");
      assertEquals(value, stored.get(Math.toIntExact(offset)).getValue().toStringUtf8());
    });
    System.out.printf(
        "%s-%s: %s acknowledged, %s stored%n", TOPIC, partition, own.size(), stored.size());
  }

  private static void assertSameBytes(Cluster cluster, String topicId) throws IOException {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      String log = topicId + "-" + partition;
      byte[] first = bytes(cluster.data(1).resolve(log));
      assertTrue(first.length > 0, log);
      assertArrayEquals(first, bytes(cluster.data(2).resolve(log)), log);
      assertArrayEquals(first, bytes(cluster.data(3).resolve(log)), log);
    }
  }

  private static byte[] bytes(Path log) throws IOException {
    List<Path> segments = new ArrayList<>();
    try (Stream<Path> files = Files.list(log)) {
      files.filter(file -> file.toString().endsWith(".log")).sorted().forEach(segments::add);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path segment : segments) {
      all.writeBytes(Files.readAllBytes(segment));
    }
    return all.toByteArray();
  }
}
