package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.VoterFault;
import java.util.List;
import java.util.OptionalInt;

/** What came of the wish to change the voters. */
public sealed interface VoterChange {
  /**
   * It is done, and agreed on. Whether the journal says so already is another matter: the quorum's
   * controller sees to it.
   *
   * @param voters as ID@HOST:PORT, those there are now
   */
  record Done(List<String> voters) implements VoterChange {}

  /**
   * Another member leads, or none: ask that one.
   *
   * @param leader its node id, if it is known
   */
  record NotLeader(OptionalInt leader) implements VoterChange {}

  /**
   * Nothing has changed.
   *
   * @param why a sentence that names the thing, the bound and the next step
   */
  record Refused(VoterFault fault, String why) implements VoterChange {}

  /** It may be done yet, or not: look at the voters before trying again. */
  record InDoubt(String why) implements VoterChange {}
}
