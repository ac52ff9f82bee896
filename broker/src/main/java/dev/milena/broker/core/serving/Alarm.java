package dev.milena.broker.core.serving;

/** Runs something later: a timer thread in a broker, the event queue in a simulation. */
@FunctionalInterface
public interface Alarm {
  /**
   * Runs it once, about so many milliseconds from now, on a thread that must not be blocked.
   *
   * @return forgets it, so that it takes no room until then; does nothing when it is too late
   */
  Runnable after(long delayMs, Runnable run);
}
