package dev.milena.metadata;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What values a config key may have. */
public sealed interface ConfigRule {
  /** The plain form of a legal value; empty when the value is not legal. */
  Optional<String> plain(String value);

  /** Says what is legal, to follow "must be". */
  String says();

  /** A whole number within these bounds, both included. */
  record Whole(long least, long most) implements ConfigRule {
    @Override
    public Optional<String> plain(String value) {
      try {
        long number = Long.parseLong(value.strip());
        return number < least || number > most
            ? Optional.empty()
            : Optional.of(Long.toString(number));
      } catch (NumberFormatException notANumber) {
        return Optional.empty();
      }
    }

    @Override
    public String says() {
      return "a whole number from " + least + " to " + most;
    }
  }

  /** A number from 0 to 1. */
  record Fraction() implements ConfigRule {
    private static final int MAX_LENGTH = 32;

    @Override
    public Optional<String> plain(String value) {
      String text = value.strip();
      if (text.length() > MAX_LENGTH || !text.matches("[0-9]*\\.?[0-9]+")) {
        return Optional.empty();
      }
      double number = Double.parseDouble(text);
      return number > 1 ? Optional.empty() : Optional.of(Double.toString(number));
    }

    @Override
    public String says() {
      return "a number from 0 to 1";
    }
  }

  /** true or false. */
  record Flag() implements ConfigRule {
    @Override
    public Optional<String> plain(String value) {
      String text = value.strip().toLowerCase(Locale.ROOT);
      return text.equals("true") || text.equals("false") ? Optional.of(text) : Optional.empty();
    }

    @Override
    public String says() {
      return "true or false";
    }
  }

  /** Exactly one of these words. */
  record OneOf(List<String> words) implements ConfigRule {
    public OneOf {
      words = List.copyOf(words);
    }

    @Override
    public Optional<String> plain(String value) {
      return Optional.of(value.strip()).filter(words::contains);
    }

    @Override
    public String says() {
      return "one of " + String.join(", ", words);
    }
  }

  /** Some of these words with commas between them, each once; the plain form is sorted. */
  record SomeOf(List<String> words) implements ConfigRule {
    public SomeOf {
      words = List.copyOf(words);
    }

    @Override
    public Optional<String> plain(String value) {
      List<String> given = List.of(value.split(",", -1)).stream().map(String::strip).toList();
      boolean legal = words.containsAll(given) && given.stream().distinct().count() == given.size();
      return legal
          ? Optional.of(String.join(",", given.stream().sorted().toList()))
          : Optional.empty();
    }

    @Override
    public String says() {
      return "a list of " + String.join(", ", words);
    }
  }

  /** Any text. */
  record AnyText() implements ConfigRule {
    @Override
    public Optional<String> plain(String value) {
      return value.length() <= MetadataLimits.MAX_CONFIG_VALUE_LENGTH
          ? Optional.of(value.strip())
          : Optional.empty();
    }

    @Override
    public String says() {
      return "at most " + MetadataLimits.MAX_CONFIG_VALUE_LENGTH + " characters";
    }
  }
}
