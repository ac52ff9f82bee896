package dev.milena.it.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Whether what was observed of one object can have happened one after the other, each operation at
 * some instant between its call and its answer (Herlihy and Wing, 1990). The search is Wing and
 * Gong's (1993) with Lowe's memory of places it has been to (2017).
 */
final class Linearizability {
  private static final int MOST_OPERATIONS = 1_000;

  private Linearizability() {}

  /**
   * An operation as it was observed.
   *
   * @param called when it began
   * @param answered when its answer came; {@link Long#MAX_VALUE} when none did: then it may have
   *     happened at any time since, or not at all
   * @param effect the state after it, or nothing when in this state the answer would have been
   *     another
   * @param words what it was, for people
   */
  record Operation<S>(long called, long answered, Function<S, Optional<S>> effect, String words) {
    boolean isAnswered() {
      return answered != Long.MAX_VALUE;
    }
  }

  private record Place<S>(BitSet done, S state) {}

  /** Whether there is such an order. */
  static <S> boolean holds(List<Operation<S>> operations, S initial) {
    if (operations.size() > MOST_OPERATIONS) {
      throw new IllegalArgumentException(
          "%s operations on one object, at most %s".formatted(operations.size(), MOST_OPERATIONS));
    }
    Set<Place<S>> seen = new HashSet<>();
    Deque<Place<S>> open = new ArrayDeque<>();
    open.push(new Place<>(new BitSet(), initial));
    while (!open.isEmpty()) {
      Place<S> here = open.pop();
      if (allAnsweredAreDone(operations, here.done())) {
        return true;
      }
      for (Place<S> next : after(operations, here)) {
        if (seen.add(next)) {
          open.push(next);
        }
      }
    }
    return false;
  }

  private static <S> boolean allAnsweredAreDone(List<Operation<S>> operations, BitSet done) {
    for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
      if (operations.get(i).isAnswered()) {
        return false;
      }
    }
    return true;
  }

  /** What can come next: whatever began before everything that is left was answered. */
  private static <S> List<Place<S>> after(List<Operation<S>> operations, Place<S> here) {
    long firstAnswer = Long.MAX_VALUE;
    for (int i = here.done().nextClearBit(0);
        i < operations.size();
        i = here.done().nextClearBit(i + 1)) {
      firstAnswer = Math.min(firstAnswer, operations.get(i).answered());
    }
    List<Place<S>> places = new ArrayList<>();
    for (int i = here.done().nextClearBit(0);
        i < operations.size();
        i = here.done().nextClearBit(i + 1)) {
      Optional<S> state =
          operations.get(i).called() <= firstAnswer
              ? operations.get(i).effect().apply(here.state())
              : Optional.empty();
      if (state.isPresent()) {
        BitSet done = (BitSet) here.done().clone();
        done.set(i);
        places.add(new Place<>(done, state.get()));
      }
    }
    return places;
  }
}
