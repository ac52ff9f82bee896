package dev.milena.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a {@link FakeCluster} counts. */
final class FakeCounts {
  /** The next producer id. */
  final AtomicLong producers = new AtomicLong(70);

  final AtomicInteger answersSent = new AtomicInteger();
  final AtomicInteger describes = new AtomicInteger();
}
