package dev.milena.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Finds the word somebody probably meant. The rule is that of the server's {@code NearestName},
 * which this room does not see: what is left of a word must be enough to know it by.
 */
final class Nearest {
  /** Of shorter words, like -x, every other is near. */
  private static final int LEAST_LETTERS = 3;

  private static final int FEW_CHANGES = 2;

  private Nearest() {}

  /**
   * The known word with the fewest changes, if it is near: two letters may differ, or a third of
   * the shorter word, but of a short word no more than half.
   */
  static Optional<String> to(String typed, Collection<String> known) {
    return known.stream()
        .filter(word -> isNear(distance(typed, word), Math.min(typed.length(), word.length())))
        .min(Comparator.<String>comparingInt(word -> distance(typed, word)).thenComparing(w -> w));
  }

  private static boolean isNear(int changes, int letters) {
    return letters >= LEAST_LETTERS
        && changes <= Math.max(Math.min(FEW_CHANGES, letters / 2), letters / 3);
  }

  /**
   * How many letters are put in, left out, replaced, or swapped with the next one (the restricted
   * distance of Damerau and Levenshtein), three rows at a time.
   */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(last[j - 1] + change, 1 + Math.min(last[j], now[j - 1]));
        if (isSwap(a, i, b, j)) {
          now[j] = Math.min(now[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = now;
    }
    return last[b.length()];
  }

  private static boolean isSwap(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
