package dev.milena.node;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.settings.Endpoint;
import dev.milena.node.settings.NodeSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the address that clients are told. */
final class Advertised {
  private Advertised() {}

  /**
   * What advertised.listeners says; for a listener on all interfaces without it, this machine's
   * name, as in Kafka.
   *
   * @param boundPort the port that clients are served on, for an advertised port of 0
   */
  static Endpoint of(NodeSettings settings, int boundPort) throws CannotStart {
    Endpoint advertised = settings.advertised();
    Endpoint complete = advertised.port() == 0 ? advertised.withPort(boundPort) : advertised;
    if (!complete.host().isEmpty()) {
      return complete;
    }
    try {
      return complete.withHost(InetAddress.getLocalHost().getCanonicalHostName());
    } catch (UnknownHostException e) {
      throw new CannotStart(
          ExitCode.SETTING,
          "listeners is open on all interfaces and this machine has no name that could be told to"
              + " clients; say which with advertised.listeners=HOST:PORT",
          e);
    }
  }
}
