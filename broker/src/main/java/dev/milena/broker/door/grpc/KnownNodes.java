package dev.milena.broker.door.grpc;

/**
 * How the nodes of a cluster know each other at this door: by the tokens of their brokers. Any
 * thread; answers from memory.
 */
public interface KnownNodes {
  /** The node.id of this node. */
  int self();

  /** This node's own token: a secret, for the calls that it passes on. */
  byte[] token();

  /** Whether a registered broker has this token; false of anything that cannot be one. */
  boolean isTokenOf(int brokerId, byte[] token);
}
