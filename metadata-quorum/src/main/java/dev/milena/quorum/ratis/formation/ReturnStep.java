package dev.milena.quorum.ratis.formation;

import java.util.List;

/** What a voter that comes back with a log does next. */
public sealed interface ReturnStep {
  /**
   * It opens its log.
   *
   * @param mustReach entries that its log had; empty when nobody knows anything of it
   */
  record Open(List<LastEntry> mustReach) implements ReturnStep {
    /** Keeps a copy. */
    public Open {
      mustReach = List.copyOf(mustReach);
    }
  }

  /**
   * It asks again later.
   *
   * @param waitingFor a sentence for each node that was asked and does not count
   */
  record Wait(List<String> waitingFor) implements ReturnStep {
    /** Keeps a copy. */
    public Wait {
      waitingFor = List.copyOf(waitingFor);
    }
  }
}
