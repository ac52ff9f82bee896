package dev.milena.broker.door.grpc;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waiting for what comes about by itself. */
final class Eventually {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private Eventually() {}

  /** Returns when the condition holds; fails after 20 s. */
  static void holds(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 20 s: " + what);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Returns a number that has not changed for {@code quietMs}. */
  static long settles(LongSupplier number, long quietMs) {
    long end = System.nanoTime() + LIMIT_NANOS;
    long value = number.getAsLong();
    long since = System.nanoTime();
    while (System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(quietMs)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("still moving after 20 s, at " + value);
      }
      LockSupport.parkNanos(STEP_NANOS);
      if (number.getAsLong() != value) {
        value = number.getAsLong();
        since = System.nanoTime();
      }
    }
    return value;
  }
}
