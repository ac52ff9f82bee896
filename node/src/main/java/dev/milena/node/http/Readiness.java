package dev.milena.node.http;

/** How far a node is, as a load balancer wants to know it. */
public enum Readiness {
  /** Not yet serving. */
  STARTING,
  /** Clients can be served. */
  READY,
  /** Going down; what runs is finished, nothing new is begun. */
  STOPPING
}
