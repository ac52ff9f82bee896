package dev.milena.quorum.control;

import dev.milena.metadata.MetadataCommand.CheckStateHash;
import dev.milena.quorum.store.StateHashAt;
import java.util.Optional;

/**
 * When the members of the quorum compare their states: once for every index at which the leader
 * notes its hash (each multiple of 1,000) since its term began. So a cluster in which nothing
 * happens compares nothing. Pure; of one term.
 */
final class HashChecks {
  private static final long NONE = -1;

  private long checkedIndex;

  /**
   * @param noted the leader's latest hash when the term began, which was an earlier one's to check
   */
  HashChecks(Optional<StateHashAt> noted) {
    this.checkedIndex = noted.map(StateHashAt::index).orElse(NONE);
  }

  /**
   * What is to be compared now. One that does not come through is not asked for again: the next
   * index is soon there, and a state that differs goes on differing.
   *
   * @param latest the leader's latest hash
   */
  Optional<CheckStateHash> due(Optional<StateHashAt> latest) {
    if (latest.isEmpty() || latest.get().index() <= checkedIndex) {
      return Optional.empty();
    }
    checkedIndex = latest.get().index();
    return Optional.of(new CheckStateHash(checkedIndex, latest.get().stateHash()));
  }
}
