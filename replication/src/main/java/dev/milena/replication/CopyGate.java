package dev.milena.replication;

/** Whether records that came from a leader may be appended now. */
public enum CopyGate {
  /** Append them as they are. */
  COPY,
  /** Of another epoch or another question, or there already. */
  PASS_OVER,
  /**
   * Something before them is missing; the replica wants to be told {@link ReplicaEvent.AskAgain}.
   */
  GAP,
  /** This replica's log is offline. */
  LOG_FAILED
}
