package dev.milena.node.settings;

/**
 * One key of the table.
 *
 * @param key the name, as in a properties file
 * @param fate what is done with it
 * @param type what may stand there
 * @param defaultText what holds when nobody sets it; empty when the note says how it is found
 * @param note what it means, or why it has no effect; a sentence for docs/SETTINGS.md
 */
public record Setting(String key, Fate fate, SettingType type, String defaultText, String note) {
  /** The name as an environment variable: {@code log.dirs} is {@code MILENA_LOG_DIRS}. */
  public String variable() {
    return EnvironmentNames.variable(key);
  }
}
