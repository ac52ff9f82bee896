package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.history.History;
import dev.milena.it.history.LoadProcess;
import dev.milena.it.history.Recovery.Span;
import dev.milena.it.nemesis.FaultKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * All three nodes are stopped (SIGTERM) and started again, one after the other, each once the one
 * before is in sync, as an update does, under idempotent producers with acks=all, the least patient
 * of which gives a record ten seconds, and consumers: no write fails, nothing is lost, doubled or
 * changed.
 */
class RollingRestartTest {
  /** A write takes some hundred milliseconds more than usual then; this is for busy machines. */
  private static final int LEAST_PATIENCE_MS = 10_000;

  @TempDir Path folder;

  @Test
  @Timeout(240)
  void allThreeAreRestartedOneAfterTheOtherAndNoWriteFails() throws Exception {
    try (FaultyCluster faulty = FaultyCluster.start(folder, EnumSet.of(FaultKind.STOP), List.of());
        LoadProcess load = faulty.load(1, LEAST_PATIENCE_MS)) {
      WatchedLoad watched = new WatchedLoad(faulty, load);
      watched.awaitWrites();
      List<Span> stops = new ArrayList<>();
      List<Span> starts = new ArrayList<>();
      for (int id : FaultyCluster.ids()) {
        long beginMs = System.currentTimeMillis();
        assertEquals(0, faulty.cluster().stop(id), "exit code of node " + id);
        long stoppedMs = System.currentTimeMillis();
        faulty.cluster().start(id);
        watched.awaitInSync();
        watched.awaitWrites();
        stops.add(new Span(beginMs, stoppedMs));
        starts.add(new Span(stoppedMs, System.currentTimeMillis()));
      }
      History history = watched.end();
      tell("stopped", stops, history);
      tell("started, and in sync", starts, history);
      History.Verdict verdict = history.judge();
      System.out.println(verdict.totals());
      assertTrue(verdict.clean(), verdict.findings());
      assertEquals(0, verdict.failed(), verdict.totals());
    }
  }

  private static void tell(String what, List<Span> spans, History history) throws IOException {
    List<Long> waitsMs = history.longestWaitsMs(spans);
    for (int i = 0; i < spans.size(); i++) {
      Span span = spans.get(i);
      System.out.printf(
          "node %s %s within %s ms: no write took longer than %s ms%n",
          i + 1, what, span.endMs() - span.beginMs(), waitsMs.get(i));
    }
  }
}
