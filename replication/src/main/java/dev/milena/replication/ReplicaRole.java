package dev.milena.replication;

/** What a replica is at the moment. */
public sealed interface ReplicaRole permits ReplicaRole.Idle, Following, Leading {
  /** Neither leads nor follows: nobody leads, the log is offline, or the image was not seen yet. */
  record Idle() implements ReplicaRole {}
}
