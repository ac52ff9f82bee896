package dev.milena.metadata;

import java.util.Arrays;

/** Finds the known config key that a wrong one was most likely meant to be. */
final class NearestName {
  /** Longer words are cut: the work is the product of both lengths. */
  private static final int MAX_LENGTH = 100;

  private NearestName() {}

  static String to(String wrong, TopicConfigKey[] known) {
    String cut = wrong.length() <= MAX_LENGTH ? wrong : wrong.substring(0, MAX_LENGTH);
    String nearest = known[0].key();
    int least = Integer.MAX_VALUE;
    for (TopicConfigKey candidate : known) {
      int distance = distance(cut, candidate.key());
      if (distance < least) {
        least = distance;
        nearest = candidate.key();
      }
    }
    return nearest;
  }

  /** Levenshtein distance, one row at a time. */
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    Arrays.setAll(above, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(above[j - 1] + change, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[to.length()];
  }
}
