package dev.milena.broker.connection;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The client port could not be opened: it is taken, or the address is not this machine's. */
public final class PortUnavailable extends IOException {
  private static final long serialVersionUID = 1L;

  private final InetSocketAddress address;

  PortUnavailable(InetSocketAddress address, Throwable cause) {
    super(
        "cannot listen on "
            + address.getHostString()
            + ":"
            + address.getPort()
            + ": "
            + cause.getMessage(),
        cause);
    this.address = address;
  }

  /** What was asked for. */
  public InetSocketAddress address() {
    return address;
  }
}
