package dev.milena.it.cluster;

import dev.milena.it.nemesis.Fault;
import dev.milena.it.process.LoopDisk;
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

  private final FaultyCluster faulty;

  /** Who has something done to it that is not undone yet; 0 stands for the network. */
  private final Set<Integer> hit = new TreeSet<>();

  private final Map<Integer, Process> tracers = new TreeMap<>();

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
    return switch (fault.kind()) {
      case CUT_ONE_WAY, CUT, ISOLATE, CUT_OFF_CLIENTS, SCATTER -> Set.of(NETWORK);
      case KILL_ALL, POWER_CUT_ALL -> new TreeSet<>(FaultyCluster.ids());
      case KILL, STOP, PAUSE, LONG_PAUSE, POWER_CUT, FAILED_DISK, FULL_DISK, HUNG_DISK, SLOW_SYNC ->
          Set.of(fault.node());
    };
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
      case SCATTER -> faulty.site().part(FaultyCluster.ids().stream().map(List::of).toList());
      // The process first: nothing of it sees a disk that fails, as nothing does without power.
      case POWER_CUT -> {
        cluster.kill(node);
        faulty.disk(node).cutPower();
      }
      case POWER_CUT_ALL -> {
        cluster.killAll();
        for (int id : FaultyCluster.ids()) {
          faulty.disk(id).cutPower();
        }
      }
      case FAILED_DISK -> faulty.disk(node).cutPower();
      case FULL_DISK -> faulty.disk(node).fill();
      case HUNG_DISK -> faulty.disk(node).hang();
      case SLOW_SYNC -> tracers.put(node, trace(node));
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
    switch (fault.kind()) {
      case PAUSE, LONG_PAUSE -> faulty.cluster().resume(fault.node());
      case CUT_ONE_WAY, CUT, ISOLATE, CUT_OFF_CLIENTS, SCATTER -> faulty.site().heal();
      case POWER_CUT -> faulty.disk(fault.node()).restorePower();
      case POWER_CUT_ALL -> {
        for (int id : FaultyCluster.ids()) {
          faulty.disk(id).restorePower();
        }
      }
      case FAILED_DISK -> {
        faulty.cluster().kill(fault.node());
        faulty.disk(fault.node()).restorePower();
      }
      case FULL_DISK -> faulty.disk(fault.node()).empty();
      case HUNG_DISK -> faulty.disk(fault.node()).goOn();
      case SLOW_SYNC -> endTrace(fault.node());
      case KILL, KILL_ALL, STOP -> {}
    }
    Set<Integer> targets = targets(fault);
    hit.removeAll(targets);
    for (int id : targets) {
      if (id != NETWORK && !faulty.cluster().up().contains(id)) {
        faulty.cluster().launch(id);
      }
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
