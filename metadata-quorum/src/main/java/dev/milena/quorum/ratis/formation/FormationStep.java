package dev.milena.quorum.ratis.formation;

import java.util.List;

/** What a voter that has no log yet does next. */
public sealed interface FormationStep {
  /** It forms the quorum: writes this down, then starts with it. */
  record Form(Formation formation) implements FormationStep {}

  /** The quorum is formed and it is one of the voters: writes this down, then starts with it. */
  record Adopt(Formation formation) implements FormationStep {}

  /** The quorum is formed without it: an emptied voter, or a new node. Writes this down. */
  record Stranger(Formation formation) implements FormationStep {}

  /**
   * It asks again later.
   *
   * @param waitingFor a sentence for each voter that it waits for
   */
  record Wait(List<String> waitingFor) implements FormationStep {}

  /** The settings are wrong, here or there: the node must not start. */
  record Refuse(String why) implements FormationStep {}
}
