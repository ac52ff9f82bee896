package dev.milena.it.metrics;

import dev.milena.it.metrics.Exposition.Family;
import dev.milena.it.metrics.Exposition.Malformed;
import dev.milena.it.process.Checkout;
import dev.milena.it.process.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** docs/METRICS.md: which metrics nodes show. */
public final class MetricsPage {
  /** For an election, or a disk, on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)` \\| ([^|]+) \\| ([^|]*) \\| ([^|]+) \\| (.+) \\|");

  private final SortedMap<String, Row> rows;

  private MetricsPage(SortedMap<String, Row> rows) {
    this.rows = rows;
  }

  /** What a node is; each shows what the one before it shows, and more. */
  enum Of {
    EVERY_NODE("every node"),
    MEMBER("member"),
    LEADER("leader");

    private final String text;

    Of(String text) {
      this.text = text;
    }

    private static Of in(String text) {
      return Arrays.stream(values()).filter(one -> one.text.equals(text)).findAny().orElseThrow();
    }
  }

  private record Row(String kind, String label, Of of, String meaning) {}

  /** Reads the page. */
  public static MetricsPage read() throws IOException {
    SortedMap<String, Row> rows = new TreeMap<>();
    for (String line : Files.readAllLines(Checkout.root().resolve("docs/METRICS.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(
            row.group(1), new Row(row.group(2), row.group(3), Of.in(row.group(4)), row.group(5)));
      } else if (line.startsWith("| `")) {
        throw new AssertionError("not a row of the page: " + line);
      }
    }
    return new MetricsPage(rows);
  }

  /**
   * Waits until nodes that run show what the page lists for them, in the form of an exposition: one
   * of the members what a leader does. Who leads may change between two looks, and a disk may be
   * slow to answer.
   */
  public void awaitShownBy(List<NodeProcess> members, List<NodeProcess> brokers)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<String> wrong = look(members, brokers);
    while (!wrong.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within %s: %s".formatted(PATIENCE, wrong));
      }
      wrong = look(members, brokers);
    }
  }

  private List<String> look(List<NodeProcess> members, List<NodeProcess> brokers)
      throws IOException, InterruptedException {
    List<String> wrong = new ArrayList<>();
    int leaders = 0;
    for (NodeProcess member : members) {
      SortedMap<String, Family> shown = shownBy(member);
      if (differences(shown, Of.LEADER).isEmpty()) {
        leaders++;
      } else {
        wrong.addAll(differences(shown, Of.MEMBER));
      }
    }
    for (NodeProcess broker : brokers) {
      wrong.addAll(differences(shownBy(broker), Of.EVERY_NODE));
    }
    if (leaders != 1) {
      wrong.add("%s members show what a leader does".formatted(leaders));
    }
    return wrong;
  }

  private static SortedMap<String, Family> shownBy(NodeProcess node)
      throws IOException, InterruptedException {
    try {
      return Exposition.of(node).families();
    } catch (Malformed e) {
      throw new AssertionError(e);
    }
  }

  /** How what a node shows differs from what the page says of such a node, a line for each. */
  List<String> differences(SortedMap<String, Family> shown, Of as) {
    SortedMap<String, Row> listed = new TreeMap<>(rows);
    listed.values().removeIf(row -> row.of().compareTo(as) > 0);
    List<String> found = new ArrayList<>();
    Set<String> names = new TreeSet<>(listed.keySet());
    names.addAll(shown.keySet());
    for (String name : names) {
      if (!listed.containsKey(name)) {
        found.add("%s is shown and not listed".formatted(name));
      } else if (!shown.containsKey(name)) {
        found.add("%s is listed and not shown".formatted(name));
      } else {
        found.addAll(compare(name, listed.get(name), shown.get(name)));
      }
    }
    return found;
  }

  private static List<String> compare(String name, Row row, Family family) {
    List<String> found = new ArrayList<>();
    if (!row.kind().equals(family.kind())) {
      found.add("%s is a %s, listed as a %s".formatted(name, family.kind(), row.kind()));
    }
    if (!row.meaning().equals(family.help())) {
      found.add(
          "%s means \"%s\", listed with \"%s\"".formatted(name, family.help(), row.meaning()));
    }
    for (SortedMap<String, String> labels : family.samples().keySet()) {
      if (!String.join(", ", labels.keySet()).equals(row.label())) {
        found.add("%s has labels %s, listed with \"%s\"".formatted(name, labels, row.label()));
      }
    }
    return found;
  }
}
