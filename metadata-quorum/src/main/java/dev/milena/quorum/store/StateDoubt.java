package dev.milena.quorum.store;

import dev.milena.quorum.store.StateHashListener.Disagreement;
import java.util.List;
import java.util.Optional;

/**
 * That this member's state was not the leader's, as it is written down beside the snapshots. Pure.
 *
 * @param own this member's hash
 * @param leaders the leader's at the same index
 * @param checkedBy the index of the entry that had the two compared
 * @param agreedIndex the latest at which the two were the same in that run, {@link #NEVER} if none:
 *     a snapshot up to there is good
 * @param stage what has become of it
 */
record StateDoubt(
    StateHashAt own, StateHashAt leaders, long checkedBy, long agreedIndex, Stage stage) {
  static final long NEVER = -1;

  private static final String TITLE = "milena doubt 1";
  private static final int RADIX = 16;

  /** What has become of it. */
  enum Stage {
    /** The next start makes the state anew. */
    FOUND,
    /** It was made anew, and has not been compared since. */
    REBUILT,
    /** It was made anew and differs again: only a person can help. */
    AGAIN
  }

  /** What is written down when a comparison fails. */
  static StateDoubt after(
      Optional<StateDoubt> before, Disagreement disagreement, long agreedIndex) {
    boolean rebuiltInVain = before.filter(doubt -> doubt.stage() != Stage.FOUND).isPresent();
    return new StateDoubt(
        disagreement.own(),
        disagreement.leaders(),
        disagreement.checkedBy().index(),
        agreedIndex,
        rebuiltInVain ? Stage.AGAIN : Stage.FOUND);
  }

  StateDoubt in(Stage next) {
    return new StateDoubt(own, leaders, checkedBy, agreedIndex, next);
  }

  /**
   * Whether a comparison is one that this doubt knows of, made again while the log is applied to
   * the state that was made anew. If it fails again the leader of then may have been wrong: its
   * word stays in the log. What counts is the next one.
   */
  boolean knowsOf(Disagreement disagreement) {
    return stage == Stage.REBUILT && disagreement.checkedBy().index() <= checkedBy;
  }

  /** As a person reads it: what, and where. */
  String sentence() {
    return "after entry %s this member's state hash was %016x, the leader's %016x"
        .formatted(own.index(), own.stateHash(), leaders.stateHash());
  }

  String text() {
    return String.join(
        "\n",
        TITLE,
        "index " + own.index(),
        "own " + Long.toHexString(own.stateHash()),
        "leaders " + Long.toHexString(leaders.stateHash()),
        "checked-by " + checkedBy,
        "agreed " + agreedIndex,
        "stage " + stage,
        "");
  }

  /**
   * Reads the text.
   *
   * @throws StoreFailure when it is none
   */
  static StateDoubt parse(String text) throws StoreFailure {
    try {
      List<String> lines = text.lines().toList();
      if (lines.size() != 7 || !lines.getFirst().equals(TITLE)) {
        throw new StoreFailure("no mark of a doubted state: " + text);
      }
      long index = Long.parseLong(value(lines.get(1), "index "));
      return new StateDoubt(
          new StateHashAt(index, Long.parseUnsignedLong(value(lines.get(2), "own "), RADIX)),
          new StateHashAt(index, Long.parseUnsignedLong(value(lines.get(3), "leaders "), RADIX)),
          Long.parseLong(value(lines.get(4), "checked-by ")),
          Long.parseLong(value(lines.get(5), "agreed ")),
          Stage.valueOf(value(lines.get(6), "stage ")));
    } catch (IllegalArgumentException damaged) {
      throw new StoreFailure("no mark of a doubted state: " + text, damaged);
    }
  }

  private static String value(String line, String key) {
    if (!line.startsWith(key)) {
      throw new IllegalArgumentException("no " + key + "in " + line);
    }
    return line.substring(key.length());
  }
}
