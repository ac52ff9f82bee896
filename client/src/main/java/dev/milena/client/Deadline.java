package dev.milena.client;

import java.util.concurrent.TimeUnit;

/** A moment of {@link System#nanoTime} by which something must be over. */
record Deadline(long atNanos) {
  static Deadline in(long timeoutMs) {
    return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
  }

  long leftNanos() {
    return atNanos - System.nanoTime();
  }

  /** What is left, rounded up; 0 when over. */
  int leftMs() {
    long left = leftNanos();
    return left <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
  }

  boolean over() {
    return leftNanos() <= 0;
  }
}
