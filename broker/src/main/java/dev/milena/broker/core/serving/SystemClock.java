package dev.milena.broker.core.serving;

import dev.milena.broker.core.hosting.BrokerClock;
import java.util.concurrent.TimeUnit;

/** The machine's clocks. */
final class SystemClock implements BrokerClock {
  @Override
  public long wallMs() {
    return System.currentTimeMillis();
  }

  @Override
  public long monotonicMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
