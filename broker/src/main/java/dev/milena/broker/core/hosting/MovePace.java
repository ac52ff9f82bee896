package dev.milena.broker.core.hosting;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/**
 * How fast this broker, as a leader, sends records to replicas that a move brings: so many bytes a
 * second, of all its partitions together. Time comes in.
 *
 * <pre>
 *   reserve 1 MiB at 0      begins at 0 ms      free again at 1,000 ms, for 1 MiB a second
 *   reserve 1 MiB at 10     begins at 1,000     free again at 2,000
 *   settle 1 MiB, 1 KiB     the second was short: free again at 1,001
 * </pre>
 *
 * <p>Whoever reserves first begins first, so no partition waits for another's whole copy. Nothing
 * is saved up: after a quiet hour there is no burst.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class MovePace {
  /** As many bytes a second as network and disks give. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  private static final long NANOS_A_MS = 1_000_000;
  private static final long NANOS_A_SECOND = 1_000_000_000;

  private final long bytesPerSecond;
  private long freeNanos = Long.MIN_VALUE;

  /**
   * Of a rate.
   *
   * @param bytesPerSecond at least 1, or {@link #UNBOUNDED}
   */
  public MovePace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** As much as one read takes: no more than a second's worth. */
  int mostAtOnce() {
    return Math.clamp(bytesPerSecond, 1, Integer.MAX_VALUE);
  }

  /**
   * Room for so many bytes, behind those who came before.
   *
   * @param nowMs on the monotonic clock
   * @return when they may be read, on that clock: now, or later
   */
  synchronized long reserve(int bytes, long nowMs) {
    long begin = Math.max(freeNanos, nowMs * NANOS_A_MS);
    freeNanos = begin + nanosOf(bytes);
    return Math.ceilDiv(begin, NANOS_A_MS);
  }

  /** Room for so many bytes at once, if nobody has reserved it. */
  synchronized boolean tryNow(int bytes, long nowMs) {
    if (freeNanos > nowMs * NANOS_A_MS) {
      return false;
    }
    reserve(bytes, nowMs);
    return true;
  }

  /** Of what was reserved so much was sent: more, where one batch is larger, or less. */
  synchronized void settle(int reserved, int sent) {
    freeNanos += nanosOf(sent) - nanosOf(reserved);
  }

  private long nanosOf(int bytes) {
    // at most 2^31 * 10^9, which a long holds
    return bytes * NANOS_A_SECOND / bytesPerSecond;
  }
}
