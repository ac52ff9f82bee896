package dev.milena.it.history;

import dev.milena.it.history.Finding.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts findings, and keeps the first few of each kind. */
final class Findings {
  private final int mostOfAKind;
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final List<Finding> kept = new ArrayList<>();

  /**
   * Nothing was found yet.
   *
   * @param mostOfAKind how many are kept of each kind; all are counted
   */
  Findings(int mostOfAKind) {
    this.mostOfAKind = mostOfAKind;
  }

  void add(Kind kind, int partition, long about, String witnesses) {
    if (counts.merge(kind, 1, Integer::sum) <= mostOfAKind) {
      kept.add(new Finding(kind, partition, about, witnesses));
    }
  }

  List<Finding> kept() {
    return List.copyOf(kept);
  }

  Map<Kind, Integer> counts() {
    return Map.copyOf(counts);
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  /** One line for each kind with its number, and one for each that was kept. */
  @Override
  public String toString() {
    StringBuilder all = new StringBuilder();
    for (Kind kind : Kind.values()) {
      all.append("%s %s%n".formatted(counts.getOrDefault(kind, 0), kind));
      kept.stream()
          .filter(finding -> finding.kind() == kind)
          .forEach(finding -> all.append("    %s%n".formatted(finding.witnesses())));
    }
    return all.toString();
  }
}
