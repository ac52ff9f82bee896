package dev.milena.node.settings;

import java.util.Collection;
import java.util.Optional;

/** Finds the word that was probably meant. */
public final class Spelling {
  private Spelling() {}

  /** The nearest word, when it is so near that it was probably meant. */
  public static Optional<String> likely(String word, Collection<String> words) {
    String near = nearest(word, words);
    int few = Math.max(1, Math.min(word.length(), near.length()) / 3);
    return near.isEmpty() || edits(word, near) > few ? Optional.empty() : Optional.of(near);
  }

  /** The word that is fewest edits away; the first of several. */
  static String nearest(String word, Collection<String> words) {
    String best = "";
    int fewest = Integer.MAX_VALUE;
    for (String candidate : words) {
      int edits = edits(word, candidate);
      if (edits < fewest) {
        fewest = edits;
        best = candidate;
      }
    }
    return best;
  }

  /**
   * How many characters must be put in, taken out, replaced or swapped with their neighbour to turn
   * one word into the other (the restricted Damerau-Levenshtein distance).
   */
  static int edits(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
        if (isSwap(from, i, to, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
    }
    return last[to.length()];
  }

  private static boolean isSwap(String from, int i, String to, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
