package dev.milena.metadata;

import java.util.Collection;
import java.util.Optional;

/**
 * Finds the known word that a wrong one was probably meant to be. Pure; what it does grows with the
 * product of the words' lengths, and long ones are cut.
 *
 * <p>{@code kafkactl} has the same rule for what is typed to it: it sees no other room but the
 * client, and the client none that has this.
 */
public final class NearestName {
  /** Of longer words only the beginning is looked at. */
  private static final int MAX_LENGTH = 100;

  /** Of shorter words, like -x, every other is near. */
  private static final int LEAST_LENGTH = 3;

  private static final int FEW_EDITS = 2;

  private NearestName() {}

  /**
   * Of the known words that are near the one that is fewest edits away, the first of several. Not
   * near is a word of which more than two letters differ and more than a third of the shorter one,
   * or of a short one more than half.
   */
  public static Optional<String> to(String wrong, Collection<String> known) {
    String cut = wrong.length() <= MAX_LENGTH ? wrong : wrong.substring(0, MAX_LENGTH);
    String nearest = "";
    int fewest = Integer.MAX_VALUE;
    for (String candidate : known) {
      int edits = edits(cut, candidate);
      if (edits < fewest && isNear(edits, Math.min(cut.length(), candidate.length()))) {
        fewest = edits;
        nearest = candidate;
      }
    }
    return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
  }

  private static boolean isNear(int edits, int length) {
    return length >= LEAST_LENGTH && edits <= Math.max(Math.min(FEW_EDITS, length / 2), length / 3);
  }

  /**
   * How many letters must be put in, taken out, replaced or swapped with their neighbour to turn
   * one word into the other (the restricted Damerau-Levenshtein distance), three rows at a time.
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
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
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
