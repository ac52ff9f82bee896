package dev.milena.node.settings;

import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import dev.milena.node.naming.SettingNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gathers settings from their sources and checks each against the table.
 *
 * <p>Sources are read in the order of the calls; a later one wins. A key that the table does not
 * have is refused with the nearest one it has, except in the environment, where a variable may be
 * somebody else's: that is a warning.
 */
public final class SettingsReader {
  private final SettingsCatalog catalog;
  private final SettingNames names;
  private final SortedMap<String, SettingValues.Given> given = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();

  /**
   * Reads nothing yet.
   *
   * @param names what refusals call the settings that they recommend
   */
  public SettingsReader(SettingsCatalog catalog, SettingNames names) {
    this.catalog = catalog;
    this.names = names;
  }

  /**
   * Takes what a file, or an option of the command line, says.
   *
   * @param source the name a person knows it by, such as the file's path or {@code --set}
   */
  public SettingsReader take(String source, Map<String, String> values) throws CannotStart {
    for (Map.Entry<String, String> entry : new TreeMap<>(values).entrySet()) {
      String key = entry.getKey().strip();
      Setting setting =
          catalog
              .find(key)
              .orElseThrow(() ->
                  new CannotStart(
                      ExitCode.SETTING,
                      "unknown setting \"%s\" (%s); %s"
                          .formatted(
                              key,
                              source,
                              catalog
                                  .nearest(key)
                                  .map(near -> "the nearest known one is \"" + near + "\"")
                                  .orElse("neither Kafka nor Milena has one of that name"))));
      put(key, setting, entry.getValue(), source);
      if (!given.containsKey(key)) {
        warnings.add(empty(setting, source));
      }
    }
    return this;
  }

  /** As a template leaves it whose variable is not set. In the environment that is the custom. */
  private static String empty(Setting setting, String source) {
    return "%s is empty (%s) and counts as not set%s"
        .formatted(
            setting.key(),
            source,
            setting.defaultText().isEmpty() ? "" : ": it is " + setting.defaultText());
  }

  /** Takes one {@code --set key=value}. */
  public SettingsReader takeAssignment(String assignment) throws CannotStart {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new CannotStart(
          ExitCode.SETTING, "--set " + assignment + " is not understood; write --set key=value");
    }
    return take("--set", Map.of(assignment.substring(0, equals), assignment.substring(equals + 1)));
  }

  /** Takes the variables that begin with MILENA_. */
  public SettingsReader takeEnvironment(Map<String, String> environment) throws CannotStart {
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      Optional<String> key = EnvironmentNames.key(variable.getKey());
      if (key.isEmpty()) {
        continue;
      }
      Optional<Setting> setting = catalog.find(key.get());
      if (setting.isPresent()) {
        put(key.get(), setting.get(), variable.getValue(), "environment " + variable.getKey());
      } else {
        warnings.add(
            "environment variable %s is no setting%s; passed over"
                .formatted(
                    variable.getKey(),
                    catalog
                        .nearest(key.get())
                        .map(near -> " (the nearest is " + EnvironmentNames.variable(near) + ")")
                        .orElse("")));
      }
    }
    return this;
  }

  private void put(String key, Setting setting, String value, String source) throws CannotStart {
    String text = value.strip();
    SettingValues.Given entry = new SettingValues.Given(setting, text, source);
    boolean unset = text.isEmpty() && setting.type() instanceof SettingType.Text;
    if (!unset && !setting.type().accepts(text)) {
      throw entry.refused();
    }
    if (unset) {
      given.remove(key);
    } else {
      given.put(key, entry);
    }
  }

  /** The values, and what there is to say about them. */
  public SettingValues read() {
    return new SettingValues(given, warnings, names);
  }
}
