package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.milena.metadata.BrokerDescription;
import dev.milena.metadata.BrokerImage;
import dev.milena.metadata.BrokerStanding;
import dev.milena.metadata.IncarnationId;
import dev.milena.node.NodeReadiness.Standing;
import dev.milena.node.http.Readiness;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcollections.TreePMap;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class NodeReadinessTest {
  private static final long SESSION_MS = 6_000;

  private final NodeReadiness readiness = new NodeReadiness(SESSION_MS);

  @Test
  void aNodeIsStartingUntilItHasStarted() {
    assertEquals(Readiness.STARTING, readiness.now());
    readiness.started(() -> new Standing(row(false), OptionalLong.of(10), true));
    assertEquals(Readiness.READY, readiness.now());
  }

  @Test
  void aNodeThatStopsIsNotReadyWhateverElseHolds() {
    readiness.stopping();
    readiness.started(() -> new Standing(row(false), OptionalLong.of(10), true));
    assertEquals(Readiness.STOPPING, readiness.now());
  }

  @Test
  void aNodeWhoseMetadataIsASessionOldIsNotReady() {
    assertEquals(Readiness.READY, of(row(false), OptionalLong.of(SESSION_MS - 1)));
    assertEquals(Readiness.NO_QUORUM, of(row(false), OptionalLong.of(SESSION_MS)));
    assertEquals(Readiness.NO_QUORUM, of(row(false), OptionalLong.empty()));
  }

  @Test
  void aNodeThatIsShutOutIsNotReady() {
    assertEquals(Readiness.FENCED, of(row(true), OptionalLong.of(0)));
    assertEquals(Readiness.FENCED, of(Optional.empty(), OptionalLong.of(0)));
  }

  @Test
  void aNodeWithALogDirectoryThatCannotBeUsedIsNotReady() {
    assertEquals(
        Readiness.STORAGE_OFFLINE,
        NodeReadiness.of(new Standing(row(false), OptionalLong.of(0), false), SESSION_MS));
  }

  private static Readiness of(Optional<BrokerImage> row, OptionalLong staleMs) {
    return NodeReadiness.of(new Standing(row, staleMs, true), SESSION_MS);
  }

  private static Optional<BrokerImage> row(boolean fenced) {
    return Optional.of(
        new BrokerImage(
            1,
            new BrokerDescription("localhost", 9092, "", "", "", false),
            new IncarnationId(1, 2),
            "",
            TreePMap.empty(),
            new BrokerStanding(fenced, false, 5, 6),
            0));
  }
}
