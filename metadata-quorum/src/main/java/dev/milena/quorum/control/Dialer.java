package dev.milena.quorum.control;

import java.util.function.Consumer;

/** Calls a node at its advertised address and asks which run it is; the network's seam. */
@FunctionalInterface
public interface Dialer {
  /**
   * Calls; returns at once.
   *
   * @param outcome called once, within two seconds, on any thread
   */
  void dial(String host, int port, Consumer<DialOutcome> outcome);
}
