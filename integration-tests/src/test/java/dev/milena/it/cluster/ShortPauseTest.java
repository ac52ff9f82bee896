package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.cluster.TopicHistory.Outcome;
import dev.milena.it.cluster.TopicHistory.Reply;
import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The quorum's leader stands still for two seconds, while clients ask it and the others. */
@EnabledIfSystemProperty(named = "cluster.faults", matches = "true")
@Timeout(180)
class ShortPauseTest {
  private static final long PAUSE_S = 2;
  private static final int PATIENCE_MS = 20_000;
  private static final long ON_THE_WAY_MS = 500;

  /** Of a call that may be made again. */
  private static final Set<String> RETRIABLE = Set.of("QUORUM_UNAVAILABLE", "TIMED_OUT");

  @TempDir Path folder;

  private final TopicHistory topics = new TopicHistory();
  private Cluster cluster = Cluster.NONE;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.started(folder, 3);
  }

  @AfterEach
  void end() throws Exception {
    topics.close();
    cluster.close();
  }

  @Test
  void whatIsAskedOfItEndsAfterwardsAndOneOtherLeadsAtMost() throws Exception {
    int first = cluster.leader();
    int other = 1 + first % 3;
    NodeProcess still = cluster.node(first);
    assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(first), "known", 1, 1));
    long leaderships = leaderships();
    List<FutureTask<Reply>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(ask(first, "before-" + i));
    }

    cluster.pause(first);
    List<FutureTask<Reply>> during = List.of(ask(first, "during-0"), ask(first, "during-1"));
    calls.addAll(during);
    calls.add(ask(other, "elsewhere"));
    // The time itself is what is tried.
    assertFalse(still.endsWithin(PAUSE_S, TimeUnit.SECONDS));
    during.forEach(call -> assertFalse(call.isDone(), "it stands still, and answers"));
    cluster.resume(first);

    for (FutureTask<Reply> call : calls) {
      Reply reply = call.get(2 * PATIENCE_MS, TimeUnit.MILLISECONDS);
      assertTrue(
          reply.outcome() == Outcome.DONE || RETRIABLE.contains(reply.reason()), reply::toString);
    }
    cluster.awaitAllReady(Cluster.SETTLE);
    for (int id : cluster.up()) {
      assertEquals(Outcome.DONE, topics.create(cluster.clientsOf(id), "after-" + id, 1, 3));
    }
    long more = leaderships() - leaderships;
    System.out.println(more + " leaders more");
    assertTrue(more <= 1, more + " led after one pause\n" + cluster.said());
    cluster.awaitOneState();
    assertEquals(Map.of(), topics.impossible());
  }

  @Test
  void whatAnotherLeaderAcknowledgedMeanwhileIsInWhatItAnswers() throws Exception {
    int first = cluster.leader();
    int other = 1 + first % 3;
    NodeProcess still = cluster.node(first);
    String there = cluster.clientsOf(other);
    String here = cluster.clientsOf(first);
    assertEquals(Outcome.DONE, topics.create(here, "known", 1, 1));
    assertEquals(Outcome.DONE, topics.create(here, "doomed", 1, 1));

    cluster.pause(first);
    assertEquals(Outcome.DONE, topics.create(there, "meanwhile", 1, 1));
    assertEquals(Outcome.DONE, topics.delete(there, "doomed"));
    List<FutureTask<Object>> looks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      looks.add(run(() -> topics.look(here, "meanwhile")));
      looks.add(run(() -> topics.look(here, "doomed")));
      looks.add(run(() -> topics.shown(here)));
    }
    // The questions are on their way, and nobody answers.
    assertFalse(still.endsWithin(ON_THE_WAY_MS, TimeUnit.MILLISECONDS));
    looks.forEach(look -> assertFalse(look.isDone(), "it stands still, and answers"));
    cluster.resume(first);

    for (FutureTask<Object> look : looks) {
      // What is old would be impossible as the history goes; it may refuse, or say that it may be.
      var _ = look.get(2 * PATIENCE_MS, TimeUnit.MILLISECONDS);
    }
    cluster.awaitAllReady(Cluster.SETTLE);
    assertEquals(Set.of("known", "meanwhile"), topics.shown(here).keySet());
    assertTrue(topics.look(here, "meanwhile").isPresent());
    assertTrue(topics.look(here, "doomed").isEmpty());
    cluster.awaitOneState();
    assertEquals(Map.of(), topics.impossible());
  }

  private FutureTask<Reply> ask(int at, String name) {
    return run(() -> topics.ask(cluster.clientsOf(at), name, 1, 1, PATIENCE_MS));
  }

  private static <T> FutureTask<T> run(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  /** How often a node began to lead the quorum, by what all have said. */
  private long leaderships() throws IOException {
    return cluster.said().lines().filter(line -> line.endsWith("leads the quorum")).count();
  }
}
