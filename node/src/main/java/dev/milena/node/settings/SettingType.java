package dev.milena.node.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What may stand as the value of a key. */
public sealed interface SettingType {
  /** What is allowed, in words that fit after "allowed:". */
  String allowed();

  /** Whether a text, without blanks at its ends, is such a value. */
  boolean accepts(String text);

  /** A whole number in {@code [min, max]}. */
  record Whole(long min, long max) implements SettingType {
    @Override
    public String allowed() {
      if (max == Long.MAX_VALUE || max == Integer.MAX_VALUE) {
        return "a whole number, at least " + min;
      }
      return "a whole number from " + min + " to " + max;
    }

    @Override
    public boolean accepts(String text) {
      return parse(text).filter(value -> value >= min && value <= max).isPresent();
    }

    private static Optional<Long> parse(String text) {
      try {
        return Optional.of(Long.valueOf(text));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
  }

  /** {@code true} or {@code false}. */
  record Flag() implements SettingType {
    @Override
    public String allowed() {
      return "true or false";
    }

    @Override
    public boolean accepts(String text) {
      return List.of("true", "false").contains(text.toLowerCase(Locale.ROOT));
    }
  }

  /** One word of a list. */
  record Word(List<String> words) implements SettingType {
    @Override
    public String allowed() {
      return "one of " + String.join(", ", words);
    }

    @Override
    public boolean accepts(String text) {
      return words.contains(text);
    }
  }

  /** Words of a list, separated by commas, at least one and none twice. */
  record Words(List<String> words) implements SettingType {
    @Override
    public String allowed() {
      return "a list, separated by commas, of " + String.join(", ", words);
    }

    @Override
    public boolean accepts(String text) {
      List<String> parts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
      return words.containsAll(parts) && parts.stream().distinct().count() == parts.size();
    }
  }

  /** Any text; {@code form} says what it has to look like, and whoever reads it checks that. */
  record Text(String form) implements SettingType {
    @Override
    public String allowed() {
      return form;
    }

    @Override
    public boolean accepts(String text) {
      return true;
    }
  }
}
