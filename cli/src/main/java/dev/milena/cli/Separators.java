package dev.milena.cli;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Separators as people type them in a shell, where a tab or a line end is hard to type: {@code
 * \\t}, {@code \\n} and {@code \\r} stand for these, {@code \\\\} for one backslash. What stands
 * for null is taken as it is: {@code \\N} is a usual one. Pure.
 */
final class Separators {
  private Separators() {}

  /**
   * The bytes that a property stands for.
   *
   * @throws CommandFailed for a backslash before anything else
   */
  static byte[] bytes(Map<String, String> properties, String key, String otherwise) {
    String typed = properties.getOrDefault(key, otherwise);
    StringBuilder meant = new StringBuilder(typed.length());
    for (int i = 0; i < typed.length(); i++) {
      char c = typed.charAt(i);
      if (c == '\\') {
        i++;
        meant.append(escaped(typed, i, key));
      } else {
        meant.append(c);
      }
    }
    return meant.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static char escaped(String typed, int at, String key) {
    return switch (at < typed.length() ? typed.charAt(at) : ' ') {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case '\\' -> '\\';
      default ->
          throw CommandFailed.usage(
              "property "
                  + key
                  + " takes \\t, \\n, \\r, and \\\\ for one backslash; got \""
                  + typed
                  + "\"");
    };
  }
}
