package dev.milena.quorum.ratis;

/**
 * What the state machine tells whoever runs the peer. Called on Ratis' threads, some of which hold
 * its locks: must not block.
 */
interface PeerObserver {
  /** The other voters have removed this peer, and Ratis has closed its log. */
  void removed();
}
