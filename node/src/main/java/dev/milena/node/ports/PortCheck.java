package dev.milena.node.ports;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import dev.milena.node.naming.SettingNames.Listener;
import dev.milena.node.settings.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Tries an address before anything else is done, so that a start that cannot succeed changes
 * nothing and says why in one sentence.
 *
 * <p>Between the try and the use somebody else may take the port; then the listener itself fails.
 */
public final class PortCheck {
  private PortCheck() {}

  /**
   * Binds and lets go again.
   *
   * @param listener what the address is for
   * @param names what to call the settings that name another
   * @return the port that was free: the endpoint's, or the one found for port 0
   */
  public static int tryToBind(Endpoint endpoint, Listener listener, SettingNames names)
      throws CannotStart {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address(endpoint));
      return socket.getLocalPort();
    } catch (UnknownHostException e) {
      throw new CannotStart(
          ExitCode.SETTING,
          "%s: the host \"%s\" has no address; name one of this machine's, or none for all"
              .formatted(names.host(listener), endpoint.host()),
          e);
    } catch (IOException e) {
      throw refusal(endpoint, listener, names, e);
    }
  }

  /** The address to listen on. */
  public static InetSocketAddress address(Endpoint endpoint) throws UnknownHostException {
    return endpoint.isEverywhere() && !endpoint.host().equals("0.0.0.0")
        ? new InetSocketAddress(endpoint.port())
        : new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
  }

  private static CannotStart refusal(
      Endpoint endpoint, Listener listener, SettingNames names, IOException e) {
    String purpose = listener.purpose();
    String how = names.port(listener);
    String message = String.valueOf(e.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (e instanceof BindException && lower.contains("assign")) {
      return new CannotStart(
          ExitCode.SETTING,
          "%s: %s is not an address of this machine"
              .formatted(names.host(listener), endpoint.host()),
          e);
    }
    if (e instanceof SocketException && lower.contains("denied")) {
      return new CannotStart(
          ExitCode.ENVIRONMENT,
          "port %s (%s) needs more rights than %s has; choose one above 1023 with %s"
              .formatted(endpoint.port(), purpose, System.getProperty("user.name"), how),
          e);
    }
    if (e instanceof BindException) {
      String by = PortHolder.find(endpoint.port()).map(holder -> " by " + holder).orElse("");
      return new CannotStart(
          ExitCode.ENVIRONMENT,
          "port %s (%s, %s) is taken%s; stop that, or choose another port with %s"
              .formatted(endpoint.port(), purpose, endpoint, by, how),
          e);
    }
    return new CannotStart(
        ExitCode.ENVIRONMENT,
        "cannot listen on %s (%s): %s".formatted(endpoint, purpose, message),
        e);
  }
}
