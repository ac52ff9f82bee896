package dev.milena.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** KEY=VALUE options, as --config and --property take them. */
final class PropertyList {
  private PropertyList() {}

  /**
   * Splits each at its first equals sign; a later one of the same key wins.
   *
   * @param option the option's name, for the message
   */
  static SortedMap<String, String> parse(String option, List<String> texts) {
    SortedMap<String, String> parsed = new TreeMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw CommandFailed.usage(option + " takes KEY=VALUE, got \"" + text + "\"");
      }
      parsed.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return parsed;
  }

  /** Refuses keys that nobody would look at. */
  static void refuseUnknown(Map<String, String> properties, Set<String> known) {
    for (String key : properties.keySet()) {
      if (!known.contains(key)) {
        throw CommandFailed.usage(
            "unknown property \""
                + key
                + "\""
                + Nearest.to(key, known).map(n -> "; did you mean " + n + "?").orElse(".")
                + " Known are "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  static boolean isTrue(Map<String, String> properties, String key, boolean otherwise) {
    return Optional.ofNullable(properties.get(key))
        .map(value -> truth(key, value))
        .orElse(otherwise);
  }

  private static boolean truth(String key, String value) {
    return switch (value.strip().toLowerCase(java.util.Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw CommandFailed.usage("property " + key + " is true or false, got \"" + value + "\"");
    };
  }
}
