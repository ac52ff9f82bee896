package dev.milena.quorum.store;

import java.util.Optional;
import java.util.TreeMap;

/**
 * The state hashes of the last few multiples of {@link #EVERY_ENTRIES}: long enough for a check to
 * come through the log, and bounded. Owned by the apply thread, but for {@link #latest}.
 */
final class StateHashes {
  static final int EVERY_ENTRIES = 1_000;

  private static final int KEPT = 16;

  private final TreeMap<Long, StateHashAt> kept = new TreeMap<>();
  private volatile Optional<StateHashAt> latest = Optional.empty();

  /** Takes note of what is applied, if it is a multiple. */
  void applied(long index, long stateHash) {
    if (index < 0 || index % EVERY_ENTRIES != 0) {
      return;
    }
    StateHashAt now = new StateHashAt(index, stateHash);
    kept.put(index, now);
    while (kept.size() > KEPT) {
      kept.pollFirstEntry();
    }
    latest = Optional.of(now);
  }

  /** Forgets everything: another state has taken the place of the one before. */
  void clear() {
    kept.clear();
    latest = Optional.empty();
  }

  /** This member's hash at an index, if it is still known. */
  Optional<StateHashAt> at(long index) {
    return Optional.ofNullable(kept.get(index));
  }

  /** The newest one; any thread. */
  Optional<StateHashAt> latest() {
    return latest;
  }
}
