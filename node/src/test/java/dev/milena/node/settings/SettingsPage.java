package dev.milena.node.settings;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** docs/SETTINGS.md as the table says it. */
final class SettingsPage {
  private static final String HEAD =
      """
      # Settings

      `bin/milena start FILE.properties` reads Kafka's own names where the meaning is Kafka's. A setting comes from, the
      later winning: its default, the file, the environment (`log.dirs` is `MILENA_LOG_DIRS`, and so on for every key),
      `--set key=value`. `bin/milena dev` starts from the same defaults, and `--data`, `--host` and the ports stand for
      `log.dirs`, `listeners`, `quorum.listener` and `http.listener`.

      Every key that Kafka 4.3 documents is known: honoured, mapped to what Milena calls otherwise, or ignored, which a
      start says once. A key that neither Kafka nor Milena knows ends the start with exit code 2, and so does a value that
      its key does not allow. An unknown `MILENA_` variable is passed over with a warning (Kubernetes sets some for a
      Service called milena). Heap and collector: `MILENA_JVM_OPTS`.

      This page is compared with the program's table by a test (`SettingsCatalogTest`).
      """;

  private SettingsPage() {}

  static String print(SettingsCatalog catalog) {
    StringBuilder page = new StringBuilder(HEAD);
    table(page, "Milena's own", catalog, Fate.OWN);
    table(page, "Honoured: Kafka's name and meaning", catalog, Fate.HONOURED);
    table(page, "Mapped: sets what Milena keeps under another name", catalog, Fate.MAPPED);
    page.append("\n## Ignored, with one warning\n");
    ignored(catalog)
        .forEach((reason, keys) -> {
          page.append("\n**").append(reason).append("**\n");
          keys.forEach(key -> page.append("`").append(key).append("` "));
          page.setLength(page.length() - 1);
          page.append("\n");
        });
    return page.toString();
  }

  private static SortedMap<String, Set<String>> ignored(SettingsCatalog catalog) {
    SortedMap<String, Set<String>> byReason = new TreeMap<>();
    for (List<Setting> settings : List.of(List.copyOf(catalog.all()), catalog.families())) {
      for (Setting setting : settings) {
        if (setting.fate() == Fate.IGNORED) {
          byReason.computeIfAbsent(setting.note(), reason -> new TreeSet<>()).add(setting.key());
        }
      }
    }
    return byReason;
  }

  private static void table(StringBuilder page, String title, SettingsCatalog catalog, Fate fate) {
    page.append("\n## ")
        .append(title)
        .append("\n\n| key | default | allowed | |\n|---|---|---|---|\n");
    for (Setting setting : catalog.all()) {
      if (setting.fate() == fate) {
        String standard = setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        page.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(setting.key(), standard, setting.type().allowed(), setting.note()));
      }
    }
  }
}
