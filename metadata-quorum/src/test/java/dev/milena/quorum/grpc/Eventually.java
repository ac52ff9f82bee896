package dev.milena.quorum.grpc;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread brings about. */
public final class Eventually {
  private static final long PATIENCE_MS = 60_000;

  private Eventually() {}

  /** Waits until it holds; fails with the words after a minute. */
  public static void holds(Supplier<String> otherwise, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE_MS + " ms: " + otherwise.get());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Waits until it holds. */
  public static void holds(String what, BooleanSupplier condition) {
    holds(() -> what, condition);
  }
}
