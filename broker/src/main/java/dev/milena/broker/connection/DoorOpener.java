package dev.milena.broker.connection;

import io.netty.channel.Channel;

/** Takes over the connections that speak to one door. */
@FunctionalInterface
public interface DoorOpener {
  /**
   * Takes over a connection.
   *
   * <p>Called on the connection's event loop, with reading switched off; it must not block. The
   * door adds its handlers at the end of the pipeline, now or later, and then runs {@code ready} on
   * the connection's event loop, once: the bytes read so far come to its handlers and reading goes
   * on. A door that does not want the connection closes it and never runs {@code ready}.
   *
   * @param connection an accepted, active connection
   * @param ready to be run when the door's handlers are in place
   */
  void open(Channel connection, Runnable ready);
}
