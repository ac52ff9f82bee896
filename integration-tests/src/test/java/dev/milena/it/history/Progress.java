package dev.milena.it.history;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How far a load is, for whoever watches it; any thread. */
final class Progress {
  private final AtomicLongArray newestSentMs;
  private final AtomicLong acked = new AtomicLong();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  Progress(int partitions) {
    newestSentMs = new AtomicLongArray(partitions);
  }

  void acked(int partition, long sentMs) {
    acked.incrementAndGet();
    newestSentMs.accumulateAndGet(partition, sentMs, Math::max);
  }

  /** Failures are counted by their first words: the rest has numbers in it. */
  void failed(String why) {
    String begin = why.replaceAll("[0-9]+", "N");
    failures.merge(begin.substring(0, Math.min(160, begin.length())), 1, Integer::sum);
  }

  /** All partitions have acknowledged records that were sent then, or later. */
  long allSinceMs() {
    long least = Long.MAX_VALUE;
    for (int partition = 0; partition < newestSentMs.length(); partition++) {
      least = Math.min(least, newestSentMs.get(partition));
    }
    return least;
  }

  long acked() {
    return acked.get();
  }

  Map<String, Integer> failures() {
    return new TreeMap<>(failures);
  }
}
