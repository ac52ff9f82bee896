package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.hosting.HostingLimits;
import dev.milena.broker.core.hosting.MovePace;
import dev.milena.log.disk.JdkDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Large reads take their turns: what they hold together is bounded, however many readers wait. */
class ReadsAtOnceTest extends CoreOnThreads {
  private static final int READERS = 8;
  private static final int VALUE_BYTES = 600_000;
  private static final PartitionName WHERE = new PartitionName(TOPIC, 0);

  private final TroubledDisk disk = new TroubledDisk(new JdkDisk());
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private final CompletableFuture<Void> allAreThere = new CompletableFuture<>();

  @Test
  void readsThatDoNotFitTogetherFollowEachOther() throws Exception {
    assertEquals(1, readsUnderWay(VALUE_BYTES * 3L / 2, 1));
  }

  @Test
  void readsThatFitTogetherAreUnderWayTogetherAndNotMore() throws Exception {
    assertEquals(3, readsUnderWay(VALUE_BYTES * 7L / 2, 3));
  }

  @Test
  void readLargerThanAllTheRoomIsServedAlone() throws Exception {
    assertEquals(1, readsUnderWay(VALUE_BYTES / 10, 1));
  }

  private int readsUnderWay(long bytesBeingRead, int expected) throws Exception {
    var limits =
        new CoreSettings.Limits(
            2, READERS, 1, 64 << 20, bytesBeingRead, MovePace.UNBOUNDED, HostingLimits.DEFAULTS);
    try (CoreWiring core = openedIn("", disk, quorum, limits)) {
      core.register(Registrant.alone("127.0.0.1", 9092, ""), TimeUnit.SECONDS.toMillis(SECONDS));
      create(core);
      produce(core, 0, "x".repeat(VALUE_BYTES)).get(SECONDS, TimeUnit.SECONDS);
      disk.troubleReads(_ -> holdRead());
      List<CompletableFuture<FetchOutcome>> answers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        answers.add(fetch(core));
      }
      awaitEveryReader(expected);
      for (CompletableFuture<FetchOutcome> answer : answers) {
        var fetched =
            assertInstanceOf(
                FetchOutcome.BatchesFetched.class, answer.get(SECONDS, TimeUnit.SECONDS));
        assertEquals(1, fetched.nextOffset());
      }
    }
    return mostUnderWay.get();
  }

  /** Stays in the read until every reader is in one, or waits for room. */
  private void holdRead() {
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    allAreThere.copy().completeOnTimeout(null, SECONDS, TimeUnit.SECONDS).join();
    underWay.decrementAndGet();
  }

  /** Returns when as many as may are in their reads and all others stand in the line for room. */
  private void awaitEveryReader(int expected) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (underWay.get() + readersInLine() < READERS) {
      assertTrue(
          System.nanoTime() < end, () -> "%s read, %s wait".formatted(underWay, readersInLine()));
      Thread.onSpinWait();
    }
    assertEquals(expected, underWay.get(), "of readers, before the first of them is done");
    allAreThere.complete(null);
  }

  /** Readers that stand still in the line of {@code ReadRoom}. */
  private static int readersInLine() {
    int inLine = 0;
    for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
      boolean stands = each.getKey().getState() == Thread.State.TIMED_WAITING;
      boolean forRoom =
          Arrays.stream(each.getValue()).anyMatch(at -> at.getClassName().contains("ReadRoom"));
      inLine += stands && forRoom ? 1 : 0;
    }
    return inLine;
  }

  private static CompletableFuture<FetchOutcome> fetch(CoreWiring core) {
    CompletableFuture<FetchOutcome> answer = new CompletableFuture<>();
    core.core()
        .fetch(
            new FetchCall(
                CALLER,
                WHERE,
                new FetchStart.AtOffset(0),
                FetchCall.FetchForm.BATCHES,
                new FetchCall.Bounds(1, 1 << 20, 0)),
            answer::complete);
    return answer;
  }
}
