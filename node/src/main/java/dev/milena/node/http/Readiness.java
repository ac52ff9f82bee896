package dev.milena.node.http;

/** How far a node is, as a load balancer wants to know it. */
public enum Readiness {
  /** Not yet serving. */
  STARTING,
  /** Clients can be served. */
  READY,
  /** No leader of the metadata quorum was heard of for a session: what it knows may be old. */
  NO_QUORUM,
  /** The quorum's leader has shut this broker out, or has not let it in yet. */
  FENCED,
  /** A log directory cannot be used: no log in it can be written. */
  STORAGE_OFFLINE,
  /** Going down; what runs is finished, nothing new is begun. */
  STOPPING
}
