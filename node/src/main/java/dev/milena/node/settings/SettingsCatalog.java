package dev.milena.node.settings;

import dev.milena.metadata.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every key that may stand in a properties file: all of Kafka 4.3's, and Milena's own.
 *
 * <p>Keys with an effect are constants of {@link KafkaSettings} and {@link MilenaSettings}. Those
 * without one stand in the resource {@code ignored-settings.txt}, in groups under their reason,
 * together with families of keys ({@code ssl.*}, and the keys that ended with ZooKeeper).
 * docs/SETTINGS.md prints this table, and a test compares it with Kafka's own.
 */
public final class SettingsCatalog {
  private static final String IGNORED = "ignored-settings.txt";

  private final SortedMap<String, Setting> byKey = new TreeMap<>();
  private final List<Setting> families = new ArrayList<>();

  private SettingsCatalog() {}

  /** The table of this version. */
  public static SettingsCatalog load() {
    SettingsCatalog catalog = new SettingsCatalog();
    KafkaSettings.ALL.forEach(catalog::add);
    MilenaSettings.ALL.forEach(catalog::add);
    String reason = "";
    for (String line : resource().lines().toList()) {
      if (line.startsWith("[")) {
        reason = line.substring(1, line.length() - 1);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        catalog.add(
            new Setting(line.strip(), Fate.IGNORED, new SettingType.Text("anything"), "", reason));
      }
    }
    return catalog;
  }

  private void add(Setting setting) {
    if (setting.key().endsWith("*")) {
      families.add(setting);
    } else if (byKey.put(setting.key(), setting) != null) {
      throw new IllegalStateException(setting.key() + " stands in the table twice");
    }
  }

  /** The entry of a key, or of the family it belongs to; empty for a key nobody knows. */
  public Optional<Setting> find(String key) {
    Setting setting = byKey.get(key);
    if (setting != null) {
      return Optional.of(setting);
    }
    return families.stream()
        .filter(family -> key.startsWith(family.key().substring(0, family.key().length() - 1)))
        .findFirst();
  }

  /** Every single key, sorted. */
  public Collection<Setting> all() {
    return Collections.unmodifiableCollection(byKey.values());
  }

  /** The families: keys that end with a star and stand for all that begin alike. */
  public List<Setting> families() {
    return Collections.unmodifiableList(families);
  }

  /** The known key that was probably meant; the first of several in the alphabet. */
  public Optional<String> nearest(String key) {
    return NearestName.to(key, byKey.keySet());
  }

  private static String resource() {
    try (InputStream in = SettingsCatalog.class.getResourceAsStream(IGNORED)) {
      if (in == null) {
        throw new IllegalStateException(IGNORED + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
