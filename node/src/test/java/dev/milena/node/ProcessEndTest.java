package dev.milena.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProcessEndTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final StartedParts parts = new StartedParts();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private ProcessEnd end(long boundMs) {
    return new ProcessEnd(
        parts,
        () -> events.add("not ready"),
        new PrintStream(said, true, StandardCharsets.UTF_8),
        code -> events.add("halt " + code),
        boundMs);
  }

  private void start(String... names) {
    for (String name : names) {
      parts.add(name, () -> events.add(name));
    }
  }

  @Test
  void partsStopInReverseAndTheProcessEndsWithZero() {
    start("directories", "http", "quorum", "broker", "clients");
    end(10_000).stopAsAsked();
    assertEquals(
        List.of("not ready", "clients", "broker", "quorum", "http", "directories", "halt 0"),
        events);
  }

  @Test
  void aPartThatFailsKeepsNoOtherRunningAndIsNotAnOrderlyStop() {
    start("directories");
    parts.add(
        "broker",
        () -> {
          throw new IOException("disk gone");
        });
    start("clients");
    end(10_000).stopAsAsked();
    assertEquals(List.of("not ready", "clients", "directories", "halt 3"), events);
    assertTrue(said.toString(StandardCharsets.UTF_8).contains("broker: disk gone"), said::toString);
  }

  @Test
  void aPartThatFailsByABugEndsTheProcessWithFourAndSaysWhatItWas() {
    start("directories");
    parts.add(
        "broker",
        () -> {
          throw new IllegalStateException();
        });
    end(10_000).stopAsAsked();
    assertEquals(List.of("not ready", "directories", "halt 4"), events);
    assertTrue(
        said.toString(StandardCharsets.UTF_8)
            .contains("broker: java.lang.IllegalStateException; this should not happen, report it"),
        said::toString);
  }

  @Test
  void aDiskThatFailedGoesBeforeABug() {
    parts.add(
        "broker",
        () -> {
          throw new UncheckedIOException(new IOException("disk gone"));
        });
    parts.add(
        "clients",
        () -> {
          throw new IllegalStateException("a bug");
        });
    end(10_000).stopAsAsked();
    assertEquals(List.of("not ready", "halt 3"), events);
  }

  @Test
  void aPartThatHangsIsLeftBehindAfterTheBound() {
    start("directories");
    parts.add("broker", () -> new CountDownLatch(1).await());
    end(50).stopAsAsked();
    assertEquals(List.of("not ready", "halt 3"), events);
    assertTrue(said.toString(StandardCharsets.UTF_8).contains("(broker hangs)"), said::toString);
  }

  @Test
  void whatCannotGoOnEndsAtOnceWithItsSentenceAndStopsNothing() {
    start("broker");
    ProcessEnd end = end(10_000);
    end.cannotGoOn(new CannotStart(ExitCode.STORAGE, "the disk /d failed; replace it"));
    assertEquals(List.of("halt 3"), events);
    assertEquals(
        "milena: the disk /d failed; replace it" + System.lineSeparator(),
        said.toString(StandardCharsets.UTF_8));
    end.stopAsAsked();
    assertEquals(List.of("halt 3"), events);
  }

  @Test
  void whoEndsForItsStorageCutsItsConnectionsFirstTheLastThatWasMadeBeforeTheOthers() {
    parts.reachedBy(() -> events.add("peers"));
    parts.reachedBy(() -> {
      throw new IllegalStateException("a bug");
    });
    parts.reachedBy(() -> events.add("clients"));
    end(10_000).cannotGoOn(new CannotStart(ExitCode.STORAGE, "the disk is silent"));
    assertEquals(List.of("clients", "peers", "halt 3"), events);
  }

  @Test
  @Timeout(30)
  void connectionsThatCannotBeCutKeepNothingUp() {
    CountDownLatch released = new CountDownLatch(1);
    parts.reachedBy(() -> awaitQuietly(released));
    end(10_000).cannotGoOn(new CannotStart(ExitCode.STORAGE, "the disk is silent"));
    assertEquals(List.of("halt 3"), events);
    released.countDown();
  }

  @Test
  @Timeout(30)
  void lastWordsThatHangKeepNothingUp() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    CompletableFuture<Integer> halted = new CompletableFuture<>();
    PrintStream hanging =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            awaitQuietly(released);
          }
        };
    ProcessEnd end = new ProcessEnd(parts, () -> {}, hanging, halted::complete, 10_000);
    Thread.ofPlatform()
        .daemon()
        .start(() -> end.cannotGoOn(new CannotStart(ExitCode.STORAGE, "the disk is silent")));
    assertEquals(3, halted.get(20, TimeUnit.SECONDS));
    released.countDown();
  }

  private static void awaitQuietly(CountDownLatch released) {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFailedStartIsTakenBackAndKeepsItsOwnCode() {
    start("directories", "http");
    ProcessEnd end = end(10_000);
    IllegalStateException failure = new IllegalStateException("no start");

    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                NodeProcess.start(
                    end,
                    () -> {
                      throw failure;
                    })));

    end.stopAsAsked();
    assertEquals(List.of("http", "directories"), events);
  }

  @Test
  void aStartWhoseNodeIsAskedToStopMeanwhileIsNoBugWhateverItMeets() throws Exception {
    start("directories", "broker");
    ProcessEnd end = end(10_000);

    NodeProcess.start(
        end,
        () -> {
          end.stopAsAsked();
          throw new RejectedExecutionException("its threads were taken from it");
        });

    assertEquals(List.of("not ready", "broker", "directories", "halt 0"), events);
  }
}
