package dev.milena.node.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns environment variables into keys: {@code MILENA_LOG_DIRS} sets {@code log.dirs}. */
final class EnvironmentNames {
  private static final String PREFIX = "MILENA_";

  /** Read by the scripts in bin/, not settings. */
  private static final List<String> SCRIPTS = List.of("MILENA_JVM_OPTS", "MILENA_HOME");

  /**
   * What Kubernetes puts into every pod for a Service named milena, or milena-something; taking
   * MILENA_PORT=tcp://10.0.0.1:9092 for a setting has brought down many a Kafka.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("MILENA_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\\d+_(TCP|UDP).*)?)");

  private EnvironmentNames() {}

  static String variable(String key) {
    return PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** The key that a variable names; empty for one that is none of ours. */
  static Optional<String> key(String variable) {
    if (!variable.startsWith(PREFIX)
        || SCRIPTS.contains(variable)
        || SERVICE_LINK.matcher(variable).matches()) {
      return Optional.empty();
    }
    return Optional.of(
        variable.substring(PREFIX.length()).replace('_', '.').toLowerCase(Locale.ROOT));
  }
}
