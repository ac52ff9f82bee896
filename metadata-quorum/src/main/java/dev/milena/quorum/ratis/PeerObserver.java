package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;

/**
 * What the state machine tells whoever runs the peer. Called on Ratis' threads, some of which hold
 * its locks: must not block.
 */
interface PeerObserver {
  /** The other voters have removed this peer, and Ratis has closed its log. */
  void removed();

  /** This peer leads, and has applied all that was agreed before. */
  void leaderReady(long term);

  /**
   * This peer leads no longer.
   *
   * @param term the one it led in, or a later one
   */
  void leaderLost(long term);

  /** This peer has applied the newest configuration that it knows of, and it is no joint one. */
  void votersApplied(Formation voters);
}
