package dev.milena.broker.core.serving;

/** Runs something later: a timer thread in a broker, the event queue in a simulation. */
@FunctionalInterface
public interface Alarm {
  /** Runs it once, about so many milliseconds from now, on a thread that must not be blocked. */
  void after(long delayMs, Runnable run);
}
