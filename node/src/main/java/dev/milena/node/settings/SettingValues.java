package dev.milena.node.settings;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was set, by key, with where it came from; each value fits the type of its key. */
public final class SettingValues {
  /** One value and its origin. */
  public record Given(Setting setting, String text, String source) {
    /** The refusal of this value for its type's reason. */
    CannotStart refused() {
      return refused("allowed: " + setting.type().allowed());
    }

    /** The refusal of this value, with what is allowed or wrong. */
    CannotStart refused(String why) {
      return new CannotStart(
          ExitCode.SETTING,
          "%s=%s (%s) is not a value it can have; %s".formatted(setting.key(), text, source, why));
    }
  }

  private final SortedMap<String, Given> given;
  private final List<String> notes;
  private final SettingNames names;

  SettingValues(SortedMap<String, Given> given, List<String> notes, SettingNames names) {
    this.names = names;
    this.given = new TreeMap<>(given);
    this.notes = List.copyOf(notes);
  }

  /** The refusal of settings together: no value of this one alone is wrong, or it is missing. */
  CannotStart contradiction(Setting setting, String why) {
    return find(setting)
        .map(given ->
            new CannotStart(
                ExitCode.SETTING,
                "%s; %s=%s (%s)".formatted(why, setting.key(), given.text(), given.source())))
        .orElseGet(() ->
            new CannotStart(ExitCode.SETTING, "%s; %s is not set".formatted(why, setting.key())));
  }

  /** What refusals call the settings that they recommend. */
  public SettingNames names() {
    return names;
  }

  /** The value and its origin, if somebody set it. */
  public Optional<Given> find(Setting setting) {
    return Optional.ofNullable(given.get(setting.key()));
  }

  /** The value, or the table's default; empty when there is neither. */
  public Optional<String> text(Setting setting) {
    Optional<String> value = find(setting).map(Given::text);
    return value.isPresent() || setting.defaultText().isEmpty()
        ? value
        : Optional.of(setting.defaultText());
  }

  /** The value or the default of a key whose type is a whole number. */
  public Optional<Long> whole(Setting setting) {
    return text(setting).map(Long::valueOf);
  }

  /** The value or the default of a key whose type is a flag. */
  public boolean flag(Setting setting) {
    return text(setting).map(text -> text.toLowerCase(Locale.ROOT).equals("true")).orElse(false);
  }

  /**
   * The parts of a value separated by commas, without blanks around them and without empty ones.
   */
  public List<String> parts(Setting setting) {
    return text(setting).stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** A refusal that names the key as it was set, or its default. */
  CannotStart refusal(Setting setting, String why) {
    return find(setting)
        .orElseGet(() -> new Given(setting, text(setting).orElse(""), "the default"))
        .refused(why);
  }

  /** What a start says once: the keys without effect by reason, and strange variables. */
  public List<String> warnings() {
    SortedMap<String, List<String>> byReason = new TreeMap<>();
    for (var entry : given.entrySet()) {
      Setting setting = entry.getValue().setting();
      if (setting.fate() == Fate.IGNORED) {
        byReason.computeIfAbsent(setting.note(), reason -> new ArrayList<>()).add(entry.getKey());
      }
    }
    List<String> warnings = new ArrayList<>(notes);
    byReason.forEach((reason, keys) -> warnings.add(ignored(keys, reason)));
    return warnings;
  }

  /** What has no effect here, and why. */
  static String ignored(List<String> what, String reason) {
    return "ignored: " + String.join(", ", what) + ". " + reason;
  }
}
