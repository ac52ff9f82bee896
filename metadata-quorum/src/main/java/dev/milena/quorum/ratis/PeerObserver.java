package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import java.io.IOException;

/**
 * What the state machine tells whoever runs the peer. Called on Ratis' threads, some of which hold
 * its locks: must not block, but for {@link #logBegins}.
 */
interface PeerObserver {
  /**
   * A log is about to be used, old or new: Ratis' first files are there, and nothing is promised
   * yet. Once, while {@link LocalPeer#start} or {@link LocalPeer#open} waits; may wait for the
   * disk.
   *
   * @throws IOException if that cannot be noted: the log is not opened then
   */
  void logBegins() throws IOException;

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
