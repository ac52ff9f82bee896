package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose process is gone, as the quorum's leader finds out by dialing it. */
@Timeout(120)
class GoneBrokerTest {
  private static final String SESSION = "broker.session.timeout.ms=60000";

  /** Far less than the session, and far more than a refused connection takes. */
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  @TempDir Path folder;

  @Test
  void whoseDoorRefusesIsFencedAtOnceAndNotAfterItsSession() throws Exception {
    try (Cluster cluster = Cluster.of(folder, 1)) {
      cluster.start(1, SESSION);
      cluster.start(2, SESSION, "process.roles=broker");
      assertTrue(brokers(cluster, "up", 2), "both are let in");
      long beganNanos = System.nanoTime();

      cluster.kill(2);

      Cluster.await("who is gone is fenced", AT_ONCE, () -> brokers(cluster, "fenced", 1));
      System.out.printf(
          "fenced %s ms after the kill%n",
          Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
    }
  }

  private static boolean brokers(Cluster cluster, String state, int count) {
    return cluster
        .get(1, "/metrics")
        .contains("milena_metadata_brokers{state=\"%s\"} %s".formatted(state, count));
  }
}
