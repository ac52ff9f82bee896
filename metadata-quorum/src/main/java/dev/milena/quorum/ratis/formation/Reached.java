package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a voter knows of how far the log of one that comes back had been.
 *
 * @param leads whether it leads, and so knows better than the others
 * @param entry that is agreed on and was on that one's disk: no leader may ever cut it off, so the
 *     log must have it still; empty when nothing is known
 */
public record Reached(boolean leads, Optional<LastEntry> entry) {
  /** Of a node that knows nothing, and of one of a release that does not answer this. */
  public static final Reached NOTHING = new Reached(false, Optional.empty());
}
