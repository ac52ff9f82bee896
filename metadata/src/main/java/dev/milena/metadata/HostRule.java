package dev.milena.metadata;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What may stand for a host: a name of ASCII letters, digits, dots, hyphens and underscores (which
 * DNS does not have and Docker does), a numeric IPv4 address, or a numeric IPv6 address without
 * brackets, perhaps with a zone. Pure; whether anybody has that name is not asked.
 */
public final class HostRule {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f]*(?::[0-9A-Fa-f.]*){2,8}(?:%[A-Za-z0-9._-]+)?");

  private HostRule() {}

  /**
   * Says what is wrong with a host.
   *
   * @param what it is the host of, as in "the advertised host"
   * @return a sentence that shows nothing of a host it refuses but its length or one character's
   *     number; empty when nothing is wrong
   */
  public static Optional<String> fault(String what, String host) {
    if (host.length() > MetadataLimits.MAX_HOST_LENGTH) {
      return Optional.of(
          "%s has at most %s characters, got %s"
              .formatted(what, MetadataLimits.MAX_HOST_LENGTH, host.length()));
    }
    return isOne(host)
        ? Optional.empty()
        : Optional.of(
            what
                + " is a name of letters, digits, '.', '-' and '_', or a numeric address (IPv6"
                + " without brackets), got "
                + seen(host));
  }

  /** Whether it may stand for a host. */
  public static boolean isHost(String host) {
    return host.length() <= MetadataLimits.MAX_HOST_LENGTH && isOne(host);
  }

  private static boolean isOne(String host) {
    return NAME.matcher(host).matches() || IPV6.matcher(host).matches();
  }

  private static String seen(String host) {
    if (host.isEmpty()) {
      return "none";
    }
    OptionalInt strange = host.codePoints().filter(HostRule::isStrange).findFirst();
    return strange.isPresent()
        ? "the character U+%04X in it".formatted(strange.getAsInt())
        : "a ':' or '%' in what is no IPv6 address";
  }

  private static boolean isStrange(int c) {
    return c != ':' && c != '%' && !NAME.matcher(Character.toString(c)).matches();
  }
}
