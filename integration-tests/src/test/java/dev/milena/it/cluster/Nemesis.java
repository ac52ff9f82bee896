package dev.milena.it.cluster;

import dev.milena.it.history.LoadProcess;
import dev.milena.it.nemesis.Fault;
import dev.milena.it.nemesis.FaultPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Does the faults of a plan to a cluster under load, one each five seconds, and has all nodes back
 * in the end. A hasty fault comes at its time; any other waits until all nodes are ready. One
 * thread.
 */
final class Nemesis {
  private static final long EVERY_MS = 5_000;

  /** Twice what nothing that is left alone may be useless for, for the sake of busy machines. */
  private static final long BACK_WITHIN_MS = 60_000;

  private static final long LOOK_MS = 200;

  /** Longer than a start takes. */
  private static final long LONG_MS = 10_000;

  private final FaultyCluster faulty;
  private final FaultPerformer performer;
  private final FaultPlan plan;
  private final LoadProcess load;
  private final long beganMs = System.currentTimeMillis();
  private final List<Done> done = new ArrayList<>();
  private final List<Done> open = new ArrayList<>();
  private final List<String> late = new ArrayList<>();
  private int endedByThemselves;

  Nemesis(FaultyCluster faulty, FaultPlan plan, LoadProcess load) {
    this.faulty = faulty;
    this.performer = new FaultPerformer(faulty);
    this.plan = plan;
    this.load = load;
  }

  /** What was done, when it began and when it was undone, by the wall clock. */
  static final class Done {
    private final Fault fault;
    private final long beginMs;
    private long endMs;

    Done(Fault fault, long beginMs) {
      this.fault = fault;
      this.beginMs = beginMs;
      this.endMs = beginMs + fault.lastsMs();
    }

    Fault fault() {
      return fault;
    }

    long beginMs() {
      return beginMs;
    }

    long endMs() {
      return endMs;
    }
  }

  /** Goes on for so long, then undoes what is open, and waits until all nodes are ready. */
  List<Done> run(Duration time) throws Exception {
    boolean well = false;
    try {
      long lastMs = beganMs + time.toMillis();
      long nextMs = beganMs + EVERY_MS;
      while (nextMs < lastMs) {
        awaitMoment(nextMs);
        Fault fault = plan.next();
        if (!fault.hasty()) {
          awaitAllBack("before " + fault);
        }
        begin(fault);
        nextMs = Math.max(nextMs + EVERY_MS, System.currentTimeMillis());
      }
      awaitAllBack("in the end");
      well = true;
      return done;
    } finally {
      if (!well) {
        performer.letGo();
      }
    }
  }

  private void begin(Fault fault) throws Exception {
    long now = System.currentTimeMillis();
    if (performer.begin(fault)) {
      say(now, fault.toString());
      Done begun = new Done(fault, now);
      done.add(begun);
      open.add(begun);
    } else {
      say(now, fault + ": not done, it is hit already");
    }
  }

  private void say(long ms, String what) {
    System.out.printf(
        "%7.1f s  %s%n", (ms - beganMs) / (double) TimeUnit.SECONDS.toMillis(1), what);
  }

  /** A moment that the plan says, or for which a fault lasts: what is due meanwhile is undone. */
  private void awaitMoment(long ms) throws Exception {
    while (System.currentTimeMillis() < ms) {
      look();
      Cluster.await("the moment", () -> System.currentTimeMillis() >= Math.min(ms, dueMs()));
    }
  }

  private long dueMs() {
    long soonMs = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(1);
    return open.stream().mapToLong(Done::endMs).reduce(soonMs, Math::min);
  }

  /**
   * Waits until nothing is done to any node and all are ready; where that takes too long it is
   * remembered, and the plan goes on.
   */
  private void awaitAllBack(String when) throws Exception {
    long sinceMs = System.currentTimeMillis();
    String waitedFor = "";
    while (!open.isEmpty() || !allBack()) {
      long now = System.currentTimeMillis();
      if (!open.isEmpty()) {
        sinceMs = now;
      } else if (now - sinceMs > BACK_WITHIN_MS) {
        late.add("after %s ms, %s:%s".formatted(now - sinceMs, when, waitedFor));
        say(now, "not all are ready " + late.getLast());
        return;
      } else {
        waitedFor = condition();
      }
      awaitMoment(now + LOOK_MS);
    }
    long tookMs = System.currentTimeMillis() - sinceMs;
    if (tookMs > LONG_MS) {
      say(
          System.currentTimeMillis(),
          "all were ready %s ms after all was undone; last:%s".formatted(tookMs, waitedFor));
    }
  }

  private boolean allBack() {
    return FaultyCluster.ids().stream().allMatch(this::isBack);
  }

  private String condition() {
    StringBuilder all = new StringBuilder();
    for (int id : FaultyCluster.ids()) {
      String said = faulty.cluster().get(id, "/readyz").strip();
      if (!said.equals("ready")) {
        all.append(" node %s '%s'".formatted(id, said));
      }
    }
    return all.toString();
  }

  private boolean isBack(int id) {
    return performer.isUp(id) && faulty.cluster().isReady(id);
  }

  /** Undoes what is due; starts nodes that ended by themselves, as whoever runs them would. */
  private void look() throws Exception {
    load.assertRuns();
    for (Iterator<Done> each = open.iterator(); each.hasNext(); ) {
      Done one = each.next();
      if (System.currentTimeMillis() >= one.endMs()) {
        each.remove();
        performer.end(one.fault());
        one.endMs = System.currentTimeMillis();
      }
    }
    for (int id : faulty.cluster().up()) {
      if (!faulty.cluster().node(id).isAlive() && performer.isLeftAlone(id)) {
        startAgain(id);
      }
    }
  }

  private void startAgain(int id) throws IOException, InterruptedException {
    say(
        System.currentTimeMillis(),
        "node %s %s, and is started: %s"
            .formatted(id, faulty.cluster().node(id).state(), sentence(id)));
    endedByThemselves++;
    faulty.cluster().kill(id);
    faulty.cluster().launch(id);
  }

  private String sentence(int id) {
    return faulty
        .cluster()
        .node(id)
        .lastErrors()
        .lines()
        .filter(line -> line.startsWith("milena: "))
        .reduce("no word", (_, last) -> last);
  }

  /** How often a node ended without being asked. */
  int endedByThemselves() {
    return endedByThemselves;
  }

  /** When nodes that were left alone were not ready in time. */
  List<String> late() {
    return List.copyOf(late);
  }
}
