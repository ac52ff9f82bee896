package dev.milena.metadata;

import java.util.List;

/**
 * Who voted in the quorum when its leader noted it last. Who votes is decided by the quorum's log
 * and not here: this is kept so that the next leader sees what its predecessor had no time to note.
 *
 * @param configurationIndex of the log's entry that made them the voters; {@link #NO_INDEX} before
 *     the first note
 * @param voters sorted; empty before the first note
 */
public record VotersImage(long configurationIndex, List<VoterImage> voters) {
  public static final long NO_INDEX = -1;

  /** Nothing was noted yet. */
  public static final VotersImage NONE = new VotersImage(NO_INDEX, List.of());

  /** Sorts the voters. */
  public VotersImage {
    voters = voters.stream().sorted().toList();
  }

  /** Those of these voters that are not among the others. */
  List<VoterImage> without(VotersImage others) {
    return voters.stream().filter(voter -> !others.voters().contains(voter)).toList();
  }
}
