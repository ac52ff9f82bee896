package dev.milena.quorum.ratis.formation;

import java.util.List;
import java.util.OptionalLong;

/**
 * Who votes, as each trace of it on a member's disk has it.
 *
 * @param newestFirst without repeats
 * @param newestIndex of the log's entry that the newest of them is; empty when it is of no entry
 */
public record VoterTraces(List<Formation> newestFirst, OptionalLong newestIndex) {
  /** Keeps a copy. */
  public VoterTraces {
    newestFirst = List.copyOf(newestFirst);
  }
}
