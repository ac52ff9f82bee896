package dev.milena.it.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What may break a rule, and why. A line: {@code rule | where | reason}. The list may only shrink:
 * a line that excuses nothing fails the test that asks here.
 */
final class TidyExceptions {
  private record Line(String rule, String where) {}

  private final List<Line> lines = new ArrayList<>();
  private final Set<String> used = new TreeSet<>();

  TidyExceptions() {
    String text =
        House.text(
            House.root().resolve("integration-tests/src/test/resources/tidy-exceptions.txt"));
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split("\\|", 3);
      if (parts.length != 3 || parts[2].isBlank()) {
        throw new AssertionError("tidy-exceptions.txt wants 'rule | where | reason': " + line);
      }
      lines.add(new Line(parts[0].strip(), parts[1].strip()));
    }
  }

  /** Whether something is excused; remembers that the line was needed. */
  boolean allows(String rule, String where) {
    for (Line line : lines) {
      if (line.rule.equals(rule) && line.where.equals(where)) {
        used.add(rule + " | " + where);
        return true;
      }
    }
    return false;
  }

  /** The lines of these rules that excused nothing. */
  List<String> unused(String rule) {
    return lines.stream()
        .filter(line -> line.rule.equals(rule))
        .map(line -> line.rule + " | " + line.where)
        .filter(line -> !used.contains(line))
        .toList();
  }
}
