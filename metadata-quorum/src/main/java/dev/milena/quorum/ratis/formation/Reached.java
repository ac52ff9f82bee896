package dev.milena.quorum.ratis.formation;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a voter knows of how far the log of one that comes back had been.
 *
 * @param leads whether it leads, and so knows better than the others
 * @param entry that is agreed on and was on that one's disk: no leader may ever cut it off, so the
 *     log must have it still; empty when nothing is known
 * @param votersIndex of the log's entry by which it knows who votes, or of a later one; empty when
 *     it knows that from no entry, or is of a release that does not say
 */
public record Reached(boolean leads, Optional<LastEntry> entry, OptionalLong votersIndex) {
  /** Of a node that knows nothing, and of one of a release that does not answer this. */
  public static final Reached NOTHING = new Reached(false, Optional.empty());

  /** Of a voter that does not say how new its voters are. */
  public Reached(boolean leads, Optional<LastEntry> entry) {
    this(leads, entry, OptionalLong.empty());
  }

  /** The same, of one that says how new its voters are. */
  public Reached with(OptionalLong index) {
    return new Reached(leads, entry, index);
  }
}
