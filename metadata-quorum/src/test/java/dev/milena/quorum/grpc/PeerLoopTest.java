package dev.milena.quorum.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeerLoopTest {
  private final CopyOnWriteArrayList<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<String> ran = new CopyOnWriteArrayList<>();
  private final PeerLoop loop = new PeerLoop("a test", fatal::add);

  @Test
  void whatWasHandedInRunsBeforeTheLastWork() {
    loop.execute(() -> ran.add("first"));
    loop.execute(() -> ran.add("second"));
    loop.close(() -> ran.add("last"));

    assertEquals(List.of("first", "second", "last"), ran);
  }

  @Test
  void workThatFallsDueDuringTheLastDoesNotRunAfterIt() {
    long dueMs = 50;
    long dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(dueMs + 10);
    loop.after(dueMs, () -> ran.add("put off"));
    loop.close(() -> {
      ran.add("last");
      while (System.nanoTime() < dueNanos) {
        Thread.onSpinWait();
      }
    });

    assertEquals("last", ran.getLast());
  }

  @Test
  void aLastWorkThatThrowsIsToldAndEndsTheLoop() {
    loop.close(() -> {
      throw new IllegalStateException("a bug");
    });
    loop.execute(() -> ran.add("after the end"));

    assertEquals(List.of("a bug"), fatal.stream().map(Throwable::getMessage).toList());
    assertEquals(List.of(), ran);
  }
}
