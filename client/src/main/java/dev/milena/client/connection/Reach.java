package dev.milena.client.connection;

import io.grpc.Channel;

/** How an attempt to reach a broker ended. */
public sealed interface Reach {
  /** A connection stands. */
  record Reached(Channel channel) implements Reach {}

  /**
   * None could be made.
   *
   * @param answer what is known without asking further: {@link Connections#explain} says why
   */
  record Unreachable(String answer) implements Reach {}
}
