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
 * Counts what became of the lines that were sent, and which of them failed, for the report. The
 * producer's thread tells, the command's thread asks.
 *
 * <p>Failures are gathered by their kind and partition and not by their words, which name what each
 * record is in the way of: its size, for one.
 */
final class Deliveries {
  /** Apart by partition; beyond it a kind is gathered for all further partitions at once. */
  private static final int MOST_GROUPS = 100;

  /** Of each group; a range takes about 100 bytes of memory and 15 of the report. */
  private static final int MOST_RANGES = 10_000;

  private static final String ALL_OTHERS = "*";

  /** What is about one record; after any other failure there is no use in sending on. */
  private static final Set<String> ABOUT_ONE_RECORD = Set.of("RECORD_TOO_LARGE", "INVALID_RECORD");

  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Map<Kind, Group> failures = new LinkedHashMap<>();
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
    Throwable unwrapped = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    Throwable cause = unwrapped == null ? thrown : unwrapped;
    String message = String.valueOf(cause.getMessage());
    Kind kind = new Kind(cause.getClass().getName(), "");
    if (cause instanceof MilenaException refused) {
      hopeless |= !ABOUT_ONE_RECORD.contains(refused.reason());
      String bound = refused.about().get("maxBytes");
      if (bound != null && !message.contains(bound)) {
        message += "; at most " + bound + " bytes";
      }
      kind = new Kind(refused.reason(), refused.about().getOrDefault("partition", ""));
    }
    synchronized (failures) {
      group(kind, new First(lineNumber, lineBytes, message)).add(lineNumber, message);
    }
  }

  private Group group(Kind kind, First first) {
    Group same = failures.get(kind);
    if (same != null) {
      return same;
    }
    Kind kept = failures.size() < MOST_GROUPS ? kind : new Kind(kind.reason, ALL_OTHERS);
    return failures.computeIfAbsent(kept, k -> new Group(first));
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

  /** Which lines failed and why, lines of the same failure together. */
  List<String> report() {
    List<String> report = new ArrayList<>();
    synchronized (failures) {
      failures.values().forEach(group -> report.add(group.toString()));
    }
    return report;
  }

  /**
   * What failures are gathered by; few, since reasons are few.
   *
   * @param reason the broker's or the client's
   * @param partition empty where a failure is not about one
   */
  private record Kind(String reason, String partition) {}

  /** The failure that made a group, and what it said. */
  private record First(long line, int bytes, String message) {}

  /** Lines that failed for the same reason. */
  private static final class Group {
    private final First first;
    private final LineRanges lines = new LineRanges(MOST_RANGES);
    private boolean sayTheSame = true;

    Group(First first) {
      this.first = first;
    }

    void add(long line, String message) {
      lines.add(line);
      sayTheSame &= message.equals(first.message);
    }

    @Override
    public String toString() {
      String size = " (" + Counts.of(first.bytes, "byte") + ")";
      if (lines.count() == 1) {
        return lines + size + ": " + first.message;
      }
      return lines + (sayTheSame ? "" : "; of line " + first.line + size) + ": " + first.message;
    }
  }
}
