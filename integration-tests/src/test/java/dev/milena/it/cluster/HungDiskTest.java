package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.client.Admin;
import dev.milena.client.ClientSettings;
import dev.milena.client.MilenaClient;
import dev.milena.client.NewTopic;
import dev.milena.client.PartitionDetails;
import dev.milena.it.process.HangingDisk;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk under one node of three answers no write for 10 s, while records of partitions of three
 * replicas are written with acks=all: others lead, and nothing that was acknowledged is lost.
 */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class HungDiskTest {
  private static final String TOPIC = "hung";
  private static final int PARTITIONS = 6;
  private static final int ENOUGH = 3;

  /** Ratis wants 256 MiB free at a start. */
  private static final int DISK_MIB = 400;

  /** As a user's node has it, which the other tests' nodes do not. */
  private static final long STALL_MS = 5_000;

  private static final long LEFT_WITHIN_MS = STALL_MS + 2_000;
  private static final long HANGS_MS = 10_000;
  private static final int STORAGE = 3;
  private static final Duration WHOLE_AGAIN = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final Map<Integer, HangingDisk> disks = new TreeMap<>();
  private Cluster cluster = Cluster.NONE;

  @BeforeAll
  static void needsMount() {
    SmallDisk.assumeMountable();
  }

  @AfterEach
  void end() throws Exception {
    for (HangingDisk disk : disks.values()) {
      disk.thaw();
    }
    cluster.close();
    for (HangingDisk disk : disks.values()) {
      disk.close();
    }
  }

  @Test
  void recordsGoOnWhenTheDiskOfANodesLogsHangs() throws Exception {
    start(true);
    assertIsLeftAndComesBack(1 + cluster.leader() % 3, "the broker cannot go on: the disk of ");
  }

  @Test
  void nodeWhoseWholeDiskHangsIsLeftThoughItLeadsTheQuorum() throws Exception {
    start(false);
    assertIsLeftAndComesBack(cluster.leader(), " does not answer");
  }

  /** Each node on a disk of its own, or only with its logs. */
  private void start(boolean logsAlone) throws Exception {
    cluster = Cluster.of(folder, 3);
    for (int id = 1; id <= 3; id++) {
      HangingDisk disk = HangingDisk.mount(folder.resolve("disk-" + id), DISK_MIB);
      disks.put(id, disk);
      Path quorum = (logsAlone ? folder.resolve("quorum-" + id) : disk.path()).resolve("data");
      cluster.dress(
          id,
          Cluster.Launch.with(
              "log.dirs=" + disk.path().resolve("data"),
              "metadata.log.dir=" + quorum,
              "disk.stall.ms=" + STALL_MS));
    }
    cluster.startAll();
  }

  private void assertIsLeftAndComesBack(int victim, String words) throws Exception {
    try (MilenaClient client = MilenaClient.connect(ClientSettings.of(cluster.clients()))) {
      Admin admin = client.admin();
      admin.createTopic(
          new NewTopic(
              TOPIC,
              OptionalInt.of(PARTITIONS),
              OptionalInt.of(3),
              new TreeMap<>(Map.of("min.insync.replicas", "2"))));
      SteadyWriters writers = SteadyWriters.start(client, TOPIC, PARTITIONS);
      writers.goOn(ENOUGH);
      assertTrue(
          rows(admin).stream().anyMatch(row -> row.leader().orElse(0) == victim),
          () -> "it leads nothing: " + rows(admin));
      var _ = writers.takeLongestMs();

      HangingDisk disk = Optional.ofNullable(disks.get(victim)).orElseThrow();
      NodeProcess node = cluster.node(victim);
      long beganNanos = System.nanoTime();
      disk.freeze();
      writers.goOn(ENOUGH);
      long longestMs = writers.takeLongestMs();
      System.out.printf(
          "the disk of node %s hangs: the longest write took %s ms%n", victim, longestMs);
      assertTrue(
          rows(admin).stream().allMatch(row -> row.leader().orElse(victim) != victim),
          () -> "it leads still: " + rows(admin));
      while (System.nanoTime() - beganNanos < TimeUnit.MILLISECONDS.toNanos(HANGS_MS)) {
        writers.goOn(ENOUGH);
      }
      disk.thaw();

      assertEquals(STORAGE, node.awaitExit(), node.errors());
      List<String> said =
          node.errors().lines().filter(line -> line.startsWith("milena: ")).toList();
      assertEquals(1, said.size(), node.errors());
      assertTrue(said.getFirst().contains(words), said.getFirst());
      assertTrue(said.getFirst().contains(disk.path().toString()), said.getFirst());
      cluster.start(victim);
      Cluster.await(
          () -> "all are in sync; are " + rows(admin),
          WHOLE_AGAIN,
          () -> rows(admin).stream().allMatch(row -> row.isr().size() == 3));
      writers.stop();
      for (PartitionDetails row : rows(admin)) {
        writers.assertStored(cluster.clientsOf(row.leader().orElseThrow()), row.partition());
      }
      cluster.awaitOneState();
      assertTrue(longestMs < LEFT_WITHIN_MS, "a write took " + longestMs + " ms");
    }
  }

  private static List<PartitionDetails> rows(Admin admin) {
    return admin.describeTopics(List.of(TOPIC)).getFirst().partitions();
  }
}
