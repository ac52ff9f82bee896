package dev.milena.broker.core.serving;

/**
 * How often everything that is stored is looked over, and how fast. Pure.
 *
 * @param intervalMs from the beginning of one round to that of the next; 0 for never
 * @param bytesPerSecond at most, of all disks together
 */
public record ScrubPace(long intervalMs, long bytesPerSecond) {
  /** Nothing is looked over but what somebody reads. */
  public static final ScrubPace NEVER = new ScrubPace(0, 1);

  /** A start has other things to do. */
  private static final long FIRST_MS = 600_000;

  /** Whether anything is ever looked over. */
  public boolean isOn() {
    return intervalMs > 0;
  }

  /** When the first round begins, for a broker that started at a time. */
  long firstMs(long startMs) {
    return startMs + Math.min(FIRST_MS, intervalMs);
  }

  /** When the round after one begins: at once where that took longer than the interval. */
  long nextMs(long begunMs, long nowMs) {
    return nowMs - begunMs >= intervalMs ? nowMs : saturated(begunMs, intervalMs);
  }

  private static long saturated(long fromMs, long forMs) {
    long sum = fromMs + forMs;
    return sum < fromMs ? Long.MAX_VALUE : sum;
  }

  /** How many bytes may be looked at in a step of so long. */
  int budget(long stepMs) {
    long most = Math.min(bytesPerSecond, Integer.MAX_VALUE);
    return Math.clamp(most * stepMs / 1_000, 1, Integer.MAX_VALUE);
  }
}
