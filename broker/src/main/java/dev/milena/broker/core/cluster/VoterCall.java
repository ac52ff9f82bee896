package dev.milena.broker.core.cluster;

import dev.milena.broker.core.Caller;

/** A change of who votes in the quorum. */
public sealed interface VoterCall {
  /** Who asks. */
  Caller caller();

  /** The node. */
  int nodeId();

  /** How long to wait for the quorum, in milliseconds. */
  int timeoutMs();

  /**
   * A node that runs becomes a voter, or comes back as one with an empty disk.
   *
   * @param host where its quorum listener is
   */
  record AddVoterCall(Caller caller, int nodeId, String host, int port, int timeoutMs)
      implements VoterCall {}

  /** A voter stays a broker and votes no more. */
  record RemoveVoterCall(Caller caller, int nodeId, int timeoutMs) implements VoterCall {}
}
