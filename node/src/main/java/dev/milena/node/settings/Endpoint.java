package dev.milena.node.settings;

import dev.milena.metadata.HostRule;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port.
 *
 * @param host as {@link HostRule} has it, so an IPv6 one without its brackets; empty for all
 *     interfaces
 * @param port {@code [0, 65535]}; 0 asks for any free one
 */
public record Endpoint(String host, int port) {
  /** The highest there is. */
  public static final int MAX_PORT = 65_535;

  /** {@code host:port}, {@code [v6]:port} or {@code :port}. */
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([^\\s:/\\[\\],@]*)):(\\d{1,5})");

  /** Reads the form that {@link #toString} writes; empty when the text is not one. */
  public static Optional<Endpoint> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(form.group(3));
    if (port > MAX_PORT) {
      return Optional.empty();
    }
    String host = form.group(1) != null ? form.group(1) : form.group(2);
    return host.isEmpty() || HostRule.isHost(host)
        ? Optional.of(new Endpoint(host, port))
        : Optional.empty();
  }

  /** Whether it stands for every interface of the machine. */
  public boolean isEverywhere() {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /** The same host with another port. */
  public Endpoint withPort(int other) {
    return new Endpoint(host, other);
  }

  /** The same port at another host. */
  public Endpoint withHost(String other) {
    return new Endpoint(other, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
