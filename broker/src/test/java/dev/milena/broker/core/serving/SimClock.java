package dev.milena.broker.core.serving;

import dev.milena.broker.core.ClusterTime;
import dev.milena.broker.core.hosting.BrokerClock;
import java.util.Optional;

/**
 * Clocks that stand still until they are told. The wall clock may jump; the other only advances.
 */
public final class SimClock implements BrokerClock {
  private long monotonicMs = 1_000;
  private long wallMs = 1_700_000_000_000L;

  /** Lets time pass on both. */
  public void advance(long ms) {
    monotonicMs += ms;
    wallMs += ms;
  }

  /** Sets the wall clock off, either way. */
  public void jumpWall(long ms) {
    wallMs += ms;
  }

  /** The cluster's time as a node alone hears it: its own. */
  public Optional<ClusterTime> asClusters() {
    return Optional.of(new ClusterTime(wallMs, monotonicMs));
  }

  @Override
  public long wallMs() {
    return wallMs;
  }

  @Override
  public long monotonicMs() {
    return monotonicMs;
  }
}
