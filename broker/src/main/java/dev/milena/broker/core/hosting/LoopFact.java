package dev.milena.broker.core.hosting;

import dev.milena.log.FlushResult;
import dev.milena.metadata.PartitionId;

/**
 * Something that happened elsewhere and concerns a loop. Facts are never refused: each has a bound
 * of its own (one opening or deletion a loop, one flush and one refused ISR a partition, one stop).
 */
sealed interface LoopFact {
  /** A log was opened. */
  record OpenDone(PartitionId id, LogStorage.Stored stored) implements LoopFact {}

  /**
   * A log could not be opened.
   *
   * @param noSpace the disk is full: worth another try
   * @param reason what is wrong with which file
   */
  record OpenFailed(PartitionId id, boolean noSpace, String reason) implements LoopFact {}

  /**
   * A dropped partition's log is deleted.
   *
   * @param tried which
   * @param gone or not: to be tried again
   */
  record DeletionOver(LogDeletions.Owed tried, boolean gone) implements LoopFact {}

  /** A round of the group flush is over. */
  record FlushDone(PartitionId id, FlushResult result) implements LoopFact {}

  /** The quorum decided against the in-sync replicas that a leader wanted of a row. */
  record IsrRefused(PartitionId id, int partitionEpoch) implements LoopFact {}

  /** Run something once every partition assigned so far is open, or cannot be. */
  record WhenSettled(Runnable run) implements LoopFact {}

  /** Finish: close every partition, then run something. */
  record Stop(Runnable stopped) implements LoopFact {}
}
