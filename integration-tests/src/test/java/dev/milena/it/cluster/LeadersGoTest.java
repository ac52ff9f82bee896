package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer writes to partitions of three replicas with acks=all while one node after the other is
 * killed (kill -9), comes back, is stopped (SIGTERM) and comes back: no write fails, what was
 * acknowledged is there, at its offset, and the three logs of each partition end as the same bytes.
 *
 * <p>Each node goes six times. Made for its figures, of a client of usual patience: {@link
 * RollingRestartTest} and {@link RandomFaultsTest} look at stops and kills more closely.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class LeadersGoTest {
  private static final int ROUNDS = 3;
  private static final int PARTITIONS = 6;
  private static final String TOPIC = "three";
  private static final Duration WHOLE_AGAIN = Duration.ofSeconds(60);
  private static final int ENOUGH = 50;

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void whatWasAcknowledgedOutlivesEveryLeader() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
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
      SteadyWriters writers = SteadyWriters.start(client, TOPIC, PARTITIONS);
      writers.goOn(ENOUGH);
      for (int round = 0; round < ROUNDS; round++) {
        for (int victim = 1; victim <= 3; victim++) {
          int gone = victim;
          oneGoes("kill -9 of node " + gone, writers, () -> cluster.kill(gone));
          cluster.start(gone);
          awaitWhole(admin);
          oneGoes("SIGTERM for node " + gone, writers, () -> assertEquals(0, cluster.stop(gone)));
          cluster.start(gone);
          awaitWhole(admin);
        }
      }
      writers.stop();
      for (PartitionDetails row : rows(admin)) {
        writers.assertStored(cluster.clientsOf(row.leader().orElseThrow()), row.partition());
      }
      for (int id : cluster.up()) {
        assertEquals(0, cluster.stop(id));
      }
      assertSameBytes(cluster, topicId);
    }
  }

  private static void oneGoes(String how, SteadyWriters writers, Writers.Work goes)
      throws Exception {
    var _ = writers.takeLongestMs();
    goes.run();
    writers.goOn(ENOUGH);
    System.out.printf("%s: no write took longer than %s ms%n", how, writers.takeLongestMs());
  }

  private static List<PartitionDetails> rows(Admin admin) {
    return admin.describeTopics(List.of(TOPIC)).getFirst().partitions();
  }

  private static void awaitWhole(Admin admin) {
    Cluster.await(
        () -> "all are in sync; are " + rows(admin),
        WHOLE_AGAIN,
        () -> rows(admin).stream().allMatch(row -> row.isr().size() == 3));
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
