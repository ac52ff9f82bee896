package dev.milena.broker.core.hosting;

/** The two clocks of a broker; the simulation has its own. Any thread may ask. */
public interface BrokerClock {
  /**
   * Milliseconds since 1970, for timestamps; may jump. Retention goes by {@link RetentionClock}.
   */
  long wallMs();

  /** Milliseconds since some moment, for deadlines; never goes back. */
  long monotonicMs();
}
