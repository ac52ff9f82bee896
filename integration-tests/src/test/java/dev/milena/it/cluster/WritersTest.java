package dev.milena.it.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails beside a test's own thread fails the test. */
@Timeout(30)
class WritersTest {
  /** No client can be made of it. */
  private static final String NO_ADDRESS = "nobody-resolves-this://here";

  @Test
  void theFirstFailureOfAWriterIsTheTests() throws Exception {
    Writers writers = new Writers();
    CountDownLatch failing = new CountDownLatch(1);
    writers.start("well", () -> {});
    writers.start(
        "ill",
        () -> {
          failing.await();
          throw new IllegalStateException("of the writer");
        });
    writers.assertNoneFailed();
    failing.countDown();

    AssertionError joined = assertThrows(AssertionError.class, writers::join);

    assertEquals(
        "of the writer",
        assertInstanceOf(IllegalStateException.class, joined.getCause()).getMessage());
    assertThrows(AssertionError.class, writers::assertNoneFailed);
  }

  @Test
  void aLoadWhoseWriterFailsFailsWhoWaitsForItAndWhoStopsIt() throws Exception {
    try (TopicHistory history = new TopicHistory()) {
      TopicLoad load =
          TopicLoad.start(history, Map.of(1, NO_ADDRESS), "t", new SplittableRandom(1));
      Map<Integer, Integer> none = Map.of(1, 0);

      AssertionError waited =
          assertThrows(
              AssertionError.class, () -> Cluster.await("never", () -> load.doneSince(none, 1)));

      assertInstanceOf(IllegalArgumentException.class, waited.getCause());
      assertThrows(AssertionError.class, load::stop);
    }
  }
}
