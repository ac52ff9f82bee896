package dev.milena.cli;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Which lines, as ranges: {@code 1-3, 7, 9}. Lines may come in any order, each once.
 *
 * <p>Bounded by ranges and not by lines: lines that fail mostly stand together. A line that would
 * make one range too many is counted and not listed.
 */
final class LineRanges {
  private final int mostRanges;

  /** The last line of each range by its first; no two touch. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  private long count;
  private long unlisted;

  LineRanges(int mostRanges) {
    this.mostRanges = mostRanges;
  }

  void add(long line) {
    count++;
    Map.Entry<Long, Long> before = ranges.floorEntry(line);
    boolean extendsBefore = before != null && before.getValue() == line - 1;
    Long lastAfter = ranges.get(line + 1);
    if (!extendsBefore && lastAfter == null && ranges.size() >= mostRanges) {
      unlisted++;
      return;
    }
    long first = extendsBefore ? before.getKey() : line;
    ranges.remove(line + 1);
    ranges.put(first, lastAfter == null ? line : lastAfter);
  }

  long count() {
    return count;
  }

  /** {@code line 7}; {@code 3 lines from 1 to 3}; {@code 5 lines (1-3, 7, 9)}. */
  @Override
  public String toString() {
    if (count == 1) {
      return "line " + ranges.firstKey();
    }
    if (ranges.size() == 1 && unlisted == 0) {
      return count + " lines from " + ranges.firstKey() + " to " + ranges.firstEntry().getValue();
    }
    StringJoiner all = new StringJoiner(", ", count + " lines (", ")");
    ranges.forEach((first, last) -> all.add(range(first, last)));
    if (unlisted > 0) {
      all.add(
          "and "
              + Counts.of(unlisted, "more line")
              + " that cannot be listed: "
              + mostRanges
              + " ranges are the most");
    }
    return all.toString();
  }

  private static String range(long first, long last) {
    return first == last ? Long.toString(first) : first + (last == first + 1 ? ", " : "-") + last;
  }
}
