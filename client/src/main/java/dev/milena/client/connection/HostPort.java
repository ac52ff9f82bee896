package dev.milena.client.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a broker listens.
 *
 * @param host a name or a numeric address, without the brackets of IPv6
 * @param port 1 to 65,535
 */
public record HostPort(String host, int port) {
  /** The highest port there is. */
  public static final int MAX_PORT = 65_535;

  /** What no name and no address has in it, but a text that is something else may. */
  private static final Pattern NO_HOST = Pattern.compile("[\\s\\[\\]/@]");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,9}");

  /** Checks the bounds. */
  public HostPort {
    if (host.isBlank()) {
      throw new IllegalArgumentException("an address needs a host before the colon");
    }
    if (NO_HOST.matcher(host).find()) {
      throw new IllegalArgumentException("a host has no blank, bracket, slash or @ in it");
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and " + MAX_PORT);
    }
  }

  /**
   * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException says what is wrong with which text
   */
  public static HostPort parse(String text) {
    String trimmed = text.strip();
    int colon = trimmed.lastIndexOf(':');
    if (colon <= 0 || colon == trimmed.length() - 1) {
      throw new IllegalArgumentException("address \"" + trimmed + "\" is not HOST:PORT");
    }
    String host = trimmed.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "address \"" + trimmed + "\": write an IPv6 address in brackets, [::1]:9092");
    }
    String port = trimmed.substring(colon + 1);
    if (!PORT.matcher(port).matches()) {
      throw new IllegalArgumentException(
          "address \"" + trimmed + "\": the part after the last colon is not a port number");
    }
    try {
      return new HostPort(host, Integer.parseInt(port));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("address \"" + trimmed + "\": " + e.getMessage(), e);
    }
  }

  /**
   * Reads addresses separated by commas; at least one.
   *
   * @throws IllegalArgumentException says what is wrong with which text
   */
  public static List<HostPort> parseList(String text) {
    List<HostPort> addresses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        addresses.add(parse(part));
      }
    }
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address given; write HOST:PORT[,HOST:PORT...]");
    }
    return List.copyOf(addresses);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
