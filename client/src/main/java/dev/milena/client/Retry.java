package dev.milena.client;

import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/**
 * Which failures are worth another attempt, and after how long.
 *
 * <p>It goes by status and not by a list of reasons, so that a reason which a later broker adds is
 * treated rightly by an older client.
 */
final class Retry {
  private static final Set<String> STATUSES =
      Set.of("UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED", "DEADLINE_EXCEEDED");
  private static final String NOT_LEADER = "NOT_LEADER";
  private static final long FIRST_MS = 50;
  private static final long MOST_MS = 1_000;
  private static final int ALIKE = 3;
  private static final int MOST_DOUBLINGS = 10;

  private Retry() {}

  static boolean mayHelp(String reason, String status) {
    return NOT_LEADER.equals(reason) || STATUSES.contains(status);
  }

  /** Another broker leads the partition; ask that one, now. */
  static boolean elsewhere(MilenaException failure) {
    return NOT_LEADER.equals(failure.reason());
  }

  /**
   * How long to wait before the next attempt, in nanoseconds: 50 ms, doubling to 1 s after every
   * third attempt, unless the broker named a time. Doubled each time, what was away for half a
   * second would often be asked again after a whole one.
   *
   * @param failedAttempts at least 1
   */
  static long backoffNanos(int failedAttempts, SortedMap<String, String> about) {
    long ms = Math.min(MOST_MS, FIRST_MS << Math.min(MOST_DOUBLINGS, (failedAttempts - 1) / ALIKE));
    String asked = about.get("retryAfterMs");
    if (asked != null && asked.matches("[0-9]{1,6}")) {
      ms = Math.max(1, Long.parseLong(asked));
    }
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }
}
