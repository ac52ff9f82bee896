package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody edits a stopped node's folders: two logs of one shape are swapped, one is cut. Each is
 * named, and nobody reads another partition's records; what was cut comes back whole from the
 * others, what was swapped when it is swapped back.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
class EditedLogsTest {
  private static final int VICTIM = 3;
  private static final String SHARED = "shared";
  private static final String ALONE = "alone";
  private static final int PARTITIONS = 3;
  private static final int CUT = 2;

  @TempDir Path folder;

  @Test
  @Timeout(180)
  void swappedAndCutLogsAreNamedAndNobodyReadsWhatIsNotTheirs() throws Exception {
    try (Cluster cluster = Cluster.started(folder, 3);
        MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      Admin admin = client.admin();
      String shared = create(admin, SHARED, PARTITIONS, 3);
      String alone = create(admin, ALONE, 6, 1);
      List<Integer> own = ledByVictim(admin);
      fill(cluster, admin, SHARED);
      fill(cluster, admin, ALONE);

      assertEquals(0, cluster.stop(VICTIM));
      swap(log(cluster, shared, 0), log(cluster, shared, 1));
      cutTheEnd(log(cluster, shared, CUT));
      swap(log(cluster, alone, own.get(0)), log(cluster, alone, own.get(1)));
      cluster.start(VICTIM);

      assertNamed(cluster, shared, 0, "is the folder of log " + shared + "-1, renamed");
      assertNamed(cluster, shared, 1, "is the folder of log " + shared + "-0, renamed");
      assertNamed(cluster, shared, CUT, "the file is shorter than");
      assertNamed(cluster, alone, own.get(0), "folder of log " + alone + "-" + own.get(1));
      Cluster.await(
          "what was cut is whole again",
          Cluster.SETTLE,
          () -> rows(admin, SHARED).get(CUT).isr().size() == 3);
      assertOwnRecords(cluster, admin, SHARED);
      for (int partition : own.subList(0, 2)) {
        assertEquals(
            "STORAGE_OFFLINE", Records.fetchRefusal(cluster.clientsOf(VICTIM), ALONE, partition));
      }

      assertEquals(0, cluster.stop(VICTIM));
      swap(log(cluster, shared, 0), log(cluster, shared, 1));
      swap(log(cluster, alone, own.get(0)), log(cluster, alone, own.get(1)));
      cluster.start(VICTIM);
      awaitWhole(admin);
      assertOwnRecords(cluster, admin, ALONE);

      for (int id : cluster.up()) {
        assertEquals(0, cluster.stop(id));
      }
      LogBytes.assertAlike(cluster, shared, PARTITIONS);
    }
  }

  private static String create(Admin admin, String topic, int partitions, int replicas) {
    TreeMap<String, String> configs =
        new TreeMap<>(Map.of("min.insync.replicas", Integer.toString(Math.min(2, replicas))));
    return admin
        .createTopic(
            new NewTopic(topic, OptionalInt.of(partitions), OptionalInt.of(replicas), configs))
        .topicId();
  }

  private static List<PartitionDetails> rows(Admin admin, String topic) {
    return admin.describeTopics(List.of(topic)).getFirst().partitions();
  }

  private static List<Integer> ledByVictim(Admin admin) {
    List<Integer> own =
        rows(admin, ALONE).stream()
            .filter(row -> row.leader().orElse(0) == VICTIM)
            .map(PartitionDetails::partition)
            .toList();
    assertTrue(own.size() >= 2, own::toString);
    return own;
  }

  /** A record in each partition, all of one size. */
  private static void fill(Cluster cluster, Admin admin, String topic) throws Exception {
    for (PartitionDetails row : rows(admin, topic)) {
      String leader = cluster.clientsOf(row.leader().orElseThrow());
      assertEquals(
          0, Records.append(leader, topic, row.partition(), topic + "-" + row.partition()));
    }
  }

  private static void assertOwnRecords(Cluster cluster, Admin admin, String topic)
      throws Exception {
    for (PartitionDetails row : rows(admin, topic)) {
      String leader = cluster.clientsOf(row.leader().orElseThrow());
      assertEquals(topic + "-" + row.partition(), Records.first(leader, topic, row.partition()));
    }
  }

  private static Path log(Cluster cluster, String topicId, int partition) {
    return LogBytes.folder(cluster, VICTIM, topicId, partition);
  }

  private static void swap(Path one, Path other) throws IOException {
    Path aside = one.resolveSibling("aside");
    Files.move(one, aside);
    Files.move(other, one);
    Files.move(aside, other);
  }

  private static void cutTheEnd(Path log) throws IOException {
    Path last = LogBytes.segments(log).getLast();
    try (FileChannel file = FileChannel.open(last, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 1);
    }
  }

  private static void assertNamed(Cluster cluster, String topicId, int partition, String words)
      throws IOException {
    Path log = log(cluster, topicId, partition);
    String said = cluster.node(VICTIM).errors();
    assertTrue(
        said.lines().anyMatch(line -> line.contains(log.toString()) && line.contains(words)),
        () -> log + ": " + words + " is not in " + said);
  }

  private static void awaitWhole(Admin admin) {
    Cluster.await(
        () -> "all are whole; are " + rows(admin, SHARED),
        Cluster.SETTLE,
        () ->
            rows(admin, SHARED).stream()
                .allMatch(row -> row.isr().size() == 3 && row.leader().isPresent()));
  }
}
