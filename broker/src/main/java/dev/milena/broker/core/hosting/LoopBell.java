package dev.milena.broker.core.hosting;

/** Wakes whoever turns a loop. Rung on any thread, often; must be cheap and must not block. */
@FunctionalInterface
public interface LoopBell {
  /** There is something to do. */
  void ring();
}
