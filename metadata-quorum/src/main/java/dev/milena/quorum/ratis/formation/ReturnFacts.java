package dev.milena.quorum.ratis.formation;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a voter that comes back with a log knows before it opens it.
 *
 * @param self its cluster and name, and who votes for all that it was told: a leader may want it as
 *     a voter
 * @param traces who votes, as its disk has it
 * @param named in the settings, which may know better than an old disk
 * @param noted how far its log was, as it noted beside the log
 * @param toldBefore of whom voters said in earlier rounds that their quorum is, by the address that
 *     was asked; see {@link ReturnRules#told}
 * @param answers of this round, by the address that was asked; one that is late is missing
 */
public record ReturnFacts(
    Introduction self,
    VoterTraces traces,
    List<Voter> named,
    Optional<LastEntry> noted,
    Map<Voter, Formation> toldBefore,
    Map<Voter, Answer> answers,
    Waited waited) {
  /**
   * How long it has waited, in milliseconds.
   *
   * @param forRoundMs since the questions of this round were put
   * @param enoughForMs for how long a majority has answered, in whichever round; 0 when it has
   *     just, or has not yet
   */
  public record Waited(long forRoundMs, long enoughForMs) {
    /** Not at all. */
    public static final Waited NOTHING = new Waited(0, 0);
  }

  /** Keeps copies. */
  public ReturnFacts {
    named = List.copyOf(named);
    toldBefore = Map.copyOf(toldBefore);
    answers = Map.copyOf(answers);
  }
}
