package dev.milena.cli;

import dev.milena.client.MilenaException;
import dev.milena.client.RecordPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what became of the lines that were sent, and keeps the first failures for the report. The
 * producer's thread tells, the command's thread asks.
 */
final class Deliveries {
  /** More would not help anybody. */
  private static final int KEPT_FAILURES = 10;

  /** What is about one record; after any other failure there is no use in sending on. */
  private static final Set<String> ABOUT_ONE_RECORD = Set.of("RECORD_TOO_LARGE", "INVALID_RECORD");

  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<String> failures = new ArrayList<>();
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
      if (failures.size() < KEPT_FAILURES) {
        failures.add("line " + lineNumber + " (" + lineBytes + " bytes): " + message);
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

  /** Which lines failed and why; at most a few, and how many more there are. */
  List<String> report() {
    List<String> report;
    synchronized (failures) {
      report = new ArrayList<>(failures);
    }
    long more = failed.get() - report.size();
    if (more > 0) {
      report.add("and " + more + " more");
    }
    return report;
  }
}
