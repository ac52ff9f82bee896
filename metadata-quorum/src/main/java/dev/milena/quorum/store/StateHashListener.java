package dev.milena.quorum.store;

import dev.milena.metadata.EntryPlace;

/** Hears that this member holds another state than the quorum's leader (invariant I8). */
@FunctionalInterface
public interface StateHashListener {
  /**
   * The two differ, and both were there: nothing this member says about the metadata can be trusted
   * any more.
   *
   * <p>Called on the apply thread, for every check that fails; it must not block and must not
   * throw.
   */
  void onDisagreement(Disagreement disagreement);

  /**
   * The two are the same. As often, on the same thread.
   *
   * @param at what was compared
   */
  default void onAgreement(StateHashAt at) {
    // most want to hear of trouble only
  }

  /**
   * What was compared.
   *
   * @param checkedBy the entry that asked for the comparison
   * @param own this member's hash
   * @param leaders the leader's hash at the same index
   */
  record Disagreement(EntryPlace checkedBy, StateHashAt own, StateHashAt leaders) {}
}
