package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.process.NodeProcess;
import dev.milena.it.process.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Three voters, each with its quorum's folder, or all that it has, on a small disk of its own that
 * can be filled; and the topics that were acknowledged, which have to be there in the end. Wants
 * root on Linux.
 */
final class SmallDiskCluster implements AutoCloseable {
  private static final int VOTERS = 3;
  private static final int STORAGE = 3;
  static final Duration BACK_WITHIN = Duration.ofSeconds(30);

  /** Ratis wants 256 MiB free at a start; its log lays out a MiB at a time. */
  private static final int DISK_MIB = 300;

  private final TopicHistory topics = new TopicHistory();
  private final List<String> acknowledged = new ArrayList<>();
  private final Map<Integer, SmallDisk> disks = new TreeMap<>();
  private Cluster cluster = Cluster.NONE;

  /**
   * Mounts disks for the quorum's folders, starts the voters and waits until each is ready; records
   * are elsewhere.
   */
  void start(Path folder) throws Exception {
    start(folder, "metadata.log.dir");
  }

  /** The same with all that a node has on its disk, as it is unless settings say otherwise. */
  void startWhole(Path folder) throws Exception {
    start(folder, "log.dirs");
  }

  private void start(Path folder, String setting) throws Exception {
    cluster = Cluster.of(folder, VOTERS);
    for (int id = 1; id <= VOTERS; id++) {
      SmallDisk disk = SmallDisk.mount(folder.resolve("disk-" + id), DISK_MIB);
      disks.put(id, disk);
      cluster.dress(id, Cluster.Launch.with(setting + "=" + disk.path().resolve("data")));
    }
    cluster.startAll();
  }

  /** The nodes as processes. */
  Cluster cluster() {
    return cluster;
  }

  TopicHistory topics() {
    return topics;
  }

  /** That of a node's quorum. */
  SmallDisk disk(int id) {
    return Optional.ofNullable(disks.get(id)).orElseThrow();
  }

  /** Creates a topic at a node, which must succeed. */
  void create(int at) {
    create(at, "topic-" + topics.size(), 1);
  }

  /** Creates a topic of so many partitions, of one replica each; it must succeed. */
  void create(int at, String name, int partitions) {
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(at), name, partitions, 1), name);
    acknowledged.add(name);
  }

  /**
   * The node ends by itself for want of space, and says so: one sentence, with the folder.
   *
   * @param words that are in the sentence
   */
  void assertEndsFull(NodeProcess node, int id, String words) throws Exception {
    assertEquals(STORAGE, node.awaitExit(), node.errors());
    List<String> said = node.errors().lines().filter(line -> line.startsWith("milena: ")).toList();
    assertEquals(1, said.size(), node.errors());
    assertTrue(said.getFirst().contains(disk(id).path().toString()), said.getFirst());
    assertTrue(said.getFirst().contains(words), said.getFirst());
  }

  /** Takes the ballast off a node's disk, and starts the node. */
  void launchWithSpace(int id) throws Exception {
    disk(id).empty();
    cluster.launch(id);
  }

  /** All nodes are ready again in time; else each says how it is. */
  void awaitAllBack() {
    cluster.awaitAllReady(BACK_WITHIN);
  }

  /** Every node shows every topic that was acknowledged, and the same metadata as the others. */
  void assertAllIsThere() throws Exception {
    cluster.awaitOneState();
    for (int id : cluster.up()) {
      for (String name : acknowledged) {
        assertTrue(topics.look(cluster.clientsOf(id), name).isPresent(), name + " at " + id);
      }
    }
    assertEquals(Map.of(), topics.impossible());
  }

  @Override
  public void close() throws Exception {
    topics.close();
    cluster.close();
    for (SmallDisk disk : disks.values()) {
      disk.close();
    }
  }
}
