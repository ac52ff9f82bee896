package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.it.metrics.MetricsPage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A voter and a broker that is none: what they show of themselves; and that the broker's process is
 * gone, as the quorum's leader finds out by dialing it. Both are started once, since looking costs
 * them nothing; the kill is the last.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GoneBrokerTest {
  private static final String SESSION = "broker.session.timeout.ms=60000";

  /** Far less than the session, and far more than a refused connection takes. */
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  @TempDir static Path folder;

  private static Cluster cluster = Cluster.NONE;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.of(folder, 1);
    cluster.start(1, SESSION);
    cluster.start(2, SESSION, "process.roles=broker");
  }

  @AfterAll
  static void end() throws Exception {
    cluster.close();
  }

  @Test
  @Order(1)
  void bothShowTheMetricsThatThePageListsForThem() throws Exception {
    MetricsPage.read().awaitShownBy(List.of(cluster.node(1)), List.of(cluster.node(2)));
  }

  @Test
  @Order(2)
  void whoseDoorRefusesIsFencedAtOnceAndNotAfterItsSession() throws Exception {
    assertTrue(brokers("up", 2), "both are let in");
    long beganNanos = System.nanoTime();

    cluster.kill(2);

    Cluster.await("who is gone is fenced", AT_ONCE, () -> brokers("fenced", 1));
    System.out.printf(
        "fenced %s ms after the kill%n",
        Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
  }

  private static boolean brokers(String state, int count) {
    return cluster
        .get(1, "/metrics")
        .contains("milena_metadata_brokers{state=\"%s\"} %s".formatted(state, count));
  }
}
