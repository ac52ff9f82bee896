package dev.milena.broker.core;

/** When a produce is answered. */
public enum Acks {
  /** Before anything is written; refusals that need no disk are still given. */
  NONE,
  /** When the leader has appended; a crash may lose it. */
  LEADER,
  /** When it is on the disk of every in-sync replica, at least min.insync.replicas of them. */
  ALL
}
