package dev.milena.cli;

import dev.milena.client.MilenaException;
import dev.milena.client.RecordPlace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what became of the lines that were sent, and keeps the first failures for the report. The
 * producer's thread tells, the command's thread asks.
 */
final class Deliveries {
  /** Different ones; more would not help anybody. */
  private static final int KEPT_FAILURES = 10;

  /** What is about one record; after any other failure there is no use in sending on. */
  private static final Set<String> ABOUT_ONE_RECORD = Set.of("RECORD_TOO_LARGE", "INVALID_RECORD");

  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Map<String, Lines> failures = new LinkedHashMap<>();
  private volatile boolean hopeless;

  /** Watches over one line. */
  void watch(long lineNumber, int lineBytes, CompletableFuture<RecordPlace> sent) {
    var _ =
        sent.whenComplete((place, thrown) -> {
          if (thrown == null) {
            delivered.incrementAndGet();
          } else {
            fail(lineNumber, lineBytes, thrown);
          }
        });
  }

  private void fail(long lineNumber, int lineBytes, Throwable thrown) {
    failed.incrementAndGet();
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    String message = String.valueOf(cause == null ? thrown : cause.getMessage());
    if (cause instanceof MilenaException refused) {
      hopeless |= !ABOUT_ONE_RECORD.contains(refused.reason());
      String bound = refused.about().get("maxBytes");
      if (bound != null && !message.contains(bound)) {
        message += "; at most " + bound + " bytes";
      }
    }
    synchronized (failures) {
      Lines same = failures.get(message);
      if (same != null) {
        failures.put(message, same.and(lineNumber));
      } else if (failures.size() < KEPT_FAILURES) {
        failures.put(message, new Lines(lineNumber, lineBytes, 1, lineNumber));
      }
    }
  }

  long delivered() {
    return delivered.get();
  }

  long failed() {
    return failed.get();
  }

  /** Whether a failure was seen that the next records would meet too. */
  boolean hopeless() {
    return hopeless;
  }

  /**
   * Which lines failed and why, lines of the same failure together; and how many more there are.
   */
  List<String> report() {
    List<String> report = new ArrayList<>();
    long told = 0;
    synchronized (failures) {
      for (Map.Entry<String, Lines> failure : failures.entrySet()) {
        Lines lines = failure.getValue();
        report.add(lines + ": " + failure.getKey());
        told += lines.count;
      }
    }
    if (failed.get() > told) {
      report.add("and " + Counts.of(failed.get() - told, "more line") + " failed");
    }
    return report;
  }

  /** Lines that failed for the same reason. */
  private record Lines(long first, int firstBytes, long count, long last) {
    Lines and(long line) {
      return new Lines(Math.min(first, line), firstBytes, count + 1, Math.max(last, line));
    }

    @Override
    public String toString() {
      return count == 1
          ? "line " + first + " (" + firstBytes + " bytes)"
          : count + " lines from " + first + " to " + last;
    }
  }
}
