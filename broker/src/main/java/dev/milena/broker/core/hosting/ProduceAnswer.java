package dev.milena.broker.core.hosting;

import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;

/** Who hears what became of a write: one call, on the partition's loop. */
@FunctionalInterface
public interface ProduceAnswer {
  /** That is what became of it. */
  void accept(PartOutcome outcome);

  /**
   * A batch is not the next of its producer, as the log of the leader of an epoch is: what a leader
   * of yesterday says is worth nothing, for it lacks what others have stored since.
   *
   * @param leaderEpoch under which this broker thinks that it leads
   * @param refusal what its producer hears if it does
   */
  default void outOfSequence(int leaderEpoch, Refusal refusal) {
    accept(new PartOutcome.NotWritten(refusal));
  }
}
