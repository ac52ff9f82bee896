package dev.milena.it.cluster;

import dev.milena.it.nemesis.Fault;
import dev.milena.it.nemesis.FaultKind;
import dev.milena.it.process.CpuQuota;
import dev.milena.it.process.LoopDisk;
import dev.milena.it.process.OpenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Does faults to a cluster, and undoes them; holds no opinion of which and when. One thread. */
final class FaultPerformer {
  private static final String SYNC_DELAY_MICROS = "300000";

  /** Less than a full one of Ethernet, more than one that acknowledges. */
  private static final int LARGE_BYTES = 600;

  private static final int NARROW_KBIT = 1_000;
  private static final int FLAP_MS = 200;
  private static final int STARVED_PERCENT = 20;
  private static final int FEW = 2;

  private final FaultyCluster faulty;

  /** Who has something done to it that is not undone yet; 0 stands for the network. */
  private final Set<Integer> hit = new TreeSet<>();

  private final Map<Integer, Process> tracers = new TreeMap<>();
  private final Map<Integer, CpuQuota> quotas = new TreeMap<>();

  FaultPerformer(FaultyCluster faulty) {
    this.faulty = faulty;
  }

  private static final int NETWORK = 0;

  /**
   * Does it, unless something is done to the same at present.
   *
   * @return whether it was done, and is to be undone
   */
  boolean begin(Fault fault) throws Exception {
    Set<Integer> targets = targets(fault);
    if (targets.stream().anyMatch(hit::contains) || !allRun(targets)) {
      return false;
    }
    hit.addAll(targets);
    hurt(fault);
    return true;
  }

  private static Set<Integer> targets(Fault fault) {
    if (isNetworks(fault)) {
      return Set.of(NETWORK);
    }
    return switch (fault.kind()) {
      case KILL_ALL, POWER_CUT_ALL -> new TreeSet<>(FaultyCluster.ids());
      case POWER_CUT_TWO -> new TreeSet<>(Set.of(fault.node(), fault.other()));
      default -> Set.of(fault.node());
    };
  }

  private static boolean isNetworks(Fault fault) {
    return fault.kind().needs() == FaultKind.Needs.NETWORK;
  }

  private boolean allRun(Set<Integer> targets) {
    return targets.stream().allMatch(id -> id == NETWORK || isUp(id));
  }

  /** Whether a node's process is there. */
  boolean isUp(int id) {
    return faulty.cluster().up().contains(id) && faulty.cluster().node(id).isAlive();
  }

  private void hurt(Fault fault) throws Exception {
    Cluster cluster = faulty.cluster();
    int node = fault.node();
    switch (fault.kind()) {
      case KILL -> cluster.kill(node);
      case KILL_ALL -> cluster.killAll();
      case STOP -> {
        var _ = cluster.stop(node);
      }
      case PAUSE, LONG_PAUSE -> cluster.pause(node);
      case CUT_ONE_WAY -> faulty.site().host(node).cutOneWay(faulty.site().host(fault.other()));
      case CUT -> faulty.site().host(node).cut(faulty.site().host(fault.other()));
      case ISOLATE -> faulty.site().part(List.of(List.of(node), FaultyCluster.others(node)));
      case CUT_OFF_CLIENTS ->
          faulty.site().host(node).cut(faulty.site().host(faulty.clientsHost()));
      case LOSSY_LINK -> faulty.site().host(node).lose(10 + 10 * (fault.lastsMs() % 3));
      case LARGE_PACKETS_LOST -> faulty.site().host(node).loseLarge(LARGE_BYTES);
      case NARROW_LINK -> faulty.site().host(node).narrow(NARROW_KBIT);
      case FLAPPING_LINK -> faulty.site().host(node).flap(FLAP_MS);
      case STARVED -> quotas.put(node, CpuQuota.of(cluster.node(node).pid(), STARVED_PERCENT));
      case SCATTER -> faulty.site().part(FaultyCluster.ids().stream().map(List::of).toList());
      case FEW_FILES -> OpenFiles.of(cluster.node(node).pid()).allow(FEW);
      case POWER_CUT, POWER_CUT_TWO, POWER_CUT_ALL -> cutPower(targets(fault));
      case READ_ONLY_DISK -> faulty.disk(node).becomeReadOnly();
      case FAILED_DISK -> faulty.disk(node).cutPower();
      case FULL_DISK -> faulty.disk(node).fill();
      case HUNG_DISK -> faulty.disk(node).hang();
      case SLOW_SYNC -> tracers.put(node, trace(node));
    }
  }

  /** The processes first: nothing of them sees a disk that fails, as nothing does without power. */
  private void cutPower(Set<Integer> nodes) throws Exception {
    if (nodes.size() == FaultyCluster.NODES) {
      faulty.cluster().killAll();
    } else {
      for (int id : nodes) {
        faulty.cluster().kill(id);
      }
    }
    for (int id : nodes) {
      faulty.disk(id).cutPower();
    }
  }

  private Process trace(int node) throws IOException {
    return new ProcessBuilder(
            "strace",
            "-f",
            "-p",
            Long.toString(faulty.cluster().node(node).pid()),
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            "inject=fsync,fdatasync:delay_enter=" + SYNC_DELAY_MICROS,
            "-o",
            "/dev/null")
        .redirectErrorStream(true)
        .redirectOutput(Path.of("/dev/null").toFile())
        .start();
  }

  /** Undoes it; a node that does not run is started, and not waited for. */
  void end(Fault fault) throws Exception {
    if (isNetworks(fault)) {
      faulty.site().heal();
    }
    switch (fault.kind()) {
      case PAUSE, LONG_PAUSE -> faulty.cluster().resume(fault.node());
      case STARVED -> endQuota(fault.node());
      case FEW_FILES -> {
        if (isUp(fault.node())) {
          OpenFiles.of(faulty.cluster().node(fault.node()).pid()).allowAll();
        }
      }
      case POWER_CUT, POWER_CUT_TWO, POWER_CUT_ALL -> {
        for (int id : targets(fault)) {
          faulty.disk(id).restorePower();
        }
      }
      case FAILED_DISK, READ_ONLY_DISK -> {
        faulty.cluster().kill(fault.node());
        faulty.disk(fault.node()).restorePower();
      }
      case FULL_DISK -> faulty.disk(fault.node()).empty();
      case HUNG_DISK -> faulty.disk(fault.node()).goOn();
      case SLOW_SYNC -> endTrace(fault.node());
      default -> {}
    }
    Set<Integer> targets = targets(fault);
    hit.removeAll(targets);
    for (int id : targets) {
      if (id != NETWORK && !faulty.cluster().up().contains(id)) {
        faulty.cluster().launch(id);
      }
    }
  }

  private void endQuota(int node) throws IOException {
    CpuQuota quota = quotas.remove(node);
    if (quota != null) {
      quota.end();
    }
  }

  private void endTrace(int node) throws InterruptedException {
    Process tracer = tracers.remove(node);
    if (tracer != null) {
      tracer.destroy();
      var _ = tracer.waitFor();
    }
  }

  /** Whether a node has nothing done to it at present that explains why it is not ready. */
  boolean isLeftAlone(int id) {
    return !hit.contains(id) && !hit.contains(NETWORK);
  }

  /** So that what waits in a hung disk can be killed, and tracers end. */
  void letGo() throws Exception {
    for (int node : List.copyOf(tracers.keySet())) {
      endTrace(node);
    }
    for (int node : List.copyOf(quotas.keySet())) {
      endQuota(node);
    }
    for (int id : hit) {
      if (id != NETWORK && faulty.hasDisk(id)) {
        letGo(faulty.disk(id));
      }
    }
  }

  private static void letGo(LoopDisk disk) {
    try {
      disk.goOn();
    } catch (IOException notHung) {
      // most are not
    }
  }
}
