package dev.milena.replication;

/** Whether a write may be appended now. */
public enum WriteGate {
  /** Append it. */
  OPEN,
  /** This replica does not lead. */
  NOT_LEADER,
  /** acks=all, and fewer replicas are in sync than min.insync.replicas (rule 3). */
  NOT_ENOUGH_REPLICAS,
  /** This replica's log is offline. */
  LOG_FAILED
}
