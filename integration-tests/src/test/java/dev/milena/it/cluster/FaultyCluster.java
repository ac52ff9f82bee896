package dev.milena.it.cluster;

import dev.milena.it.history.History;
import dev.milena.it.history.LoadProcess;
import dev.milena.it.nemesis.FaultKind;
import dev.milena.it.network.Hosts;
import dev.milena.it.process.CpuQuota;
import dev.milena.it.process.LoopDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Three nodes to which all of some faults can be done, and a load in a process of its own: on hosts
 * of their own where packets are to be lost, on file systems of their own where disks are to fail;
 * else on this machine's loopback and in a folder.
 */
final class FaultyCluster implements AutoCloseable {
  static final int NODES = 3;

  /** The clients' host is behind those of the nodes. */
  private static final int CLIENTS = NODES + 1;

  /** Some space is left beside the records of ten minutes; the quorum wants 256 MiB at a start. */
  private static final int DISK_MIB = 1_500;

  private final Path folder;
  private final Optional<HostsSite> site;
  private final Map<Integer, LoopDisk> disks = new TreeMap<>();
  private final Cluster cluster;
  private boolean shared;

  private FaultyCluster(Path folder, Optional<HostsSite> site) {
    this.folder = folder;
    this.site = site;
    this.cluster =
        site.map(hosts -> Cluster.at(hosts, folder, NODES))
            .orElseGet(() -> Cluster.of(folder, NODES));
  }

  /**
   * Starts one; skips the test where something is missing that these faults need.
   *
   * @param settings of each node, each KEY=VALUE
   */
  static FaultyCluster start(Path folder, Set<FaultKind> kinds, List<String> settings)
      throws Exception {
    boolean disks = kinds.stream().anyMatch(kind -> kind.needs() == FaultKind.Needs.DISK);
    if (kinds.stream().anyMatch(kind -> kind.needs() == FaultKind.Needs.CPU)) {
      CpuQuota.assumePossible();
    }
    boolean network = kinds.stream().anyMatch(kind -> kind.needs() == FaultKind.Needs.NETWORK);
    if (disks) {
      LoopDisk.assumePossible();
    }
    if (network) {
      Hosts.assumePossible();
    }
    FaultyCluster made =
        new FaultyCluster(
            folder, network ? Optional.of(HostsSite.create(CLIENTS)) : Optional.empty());
    boolean whole = false;
    try {
      if (disks) {
        made.mountDisks();
      }
      made.dress(settings);
      made.cluster.startAll();
      whole = true;
      return made;
    } finally {
      if (!whole) {
        made.close();
      }
    }
  }

  private void mountDisks() throws IOException, InterruptedException {
    Path mounts = folder.resolve("disks");
    LoopDisk.share(mounts);
    shared = true;
    for (int id = 1; id <= NODES; id++) {
      LoopDisk disk = LoopDisk.create(mounts, "disk-" + id, DISK_MIB);
      disks.put(id, disk);
    }
  }

  private void dress(List<String> settings) {
    for (int id : ids()) {
      List<String> all = new ArrayList<>(settings);
      all.add("log.dirs=" + logs(id));
      cluster.dress(id, Cluster.Launch.with(all.toArray(String[]::new)));
    }
  }

  /** Where a node keeps its logs. */
  Path logs(int id) {
    LoopDisk disk = disks.get(id);
    return disk == null ? cluster.data(id) : disk.path().resolve("data");
  }

  Cluster cluster() {
    return cluster;
  }

  LoopDisk disk(int id) {
    return Optional.ofNullable(disks.get(id)).orElseThrow();
  }

  boolean hasDisk(int id) {
    return disks.containsKey(id);
  }

  HostsSite site() {
    return site.orElseThrow();
  }

  /** The host on which the clients are, as a number among those of the nodes. */
  int clientsHost() {
    return CLIENTS;
  }

  static List<Integer> ids() {
    return IntStream.rangeClosed(1, NODES).boxed().toList();
  }

  static List<Integer> others(int than) {
    return ids().stream().filter(id -> id != than).toList();
  }

  /**
   * Begins to write and to read.
   *
   * @param leastPatienceMs how long the least patient producer tries to write a record
   */
  LoadProcess load(int recordsPerTurn, int leastPatienceMs)
      throws IOException, InterruptedException {
    Path histories = folder.resolve("histories");
    if (site.isEmpty()) {
      return LoadProcess.start(
          command -> command,
          ids().stream().map(cluster::clientsOf).toList(),
          recordsPerTurn,
          leastPatienceMs,
          histories);
    }
    HostsSite hosts = site.get();
    List<String> addresses = ids().stream().map(id -> hosts.host(id).name() + ":9092").toList();
    return LoadProcess.start(
        command -> hosts.host(CLIENTS).command(command.toArray(String[]::new)),
        addresses,
        recordsPerTurn,
        leastPatienceMs,
        histories);
  }

  /** Adds the logs of all nodes to a history; none may run. */
  void addReplicas(History history, String topicId) throws IOException {
    for (int id : ids()) {
      history.addReplicas(id, logs(id), topicId);
    }
  }

  @Override
  public void close() throws Exception {
    try {
      cluster.close();
    } finally {
      for (LoopDisk disk : disks.values()) {
        disk.close();
      }
      if (shared) {
        LoopDisk.unshare(folder.resolve("disks"));
      }
    }
  }
}
