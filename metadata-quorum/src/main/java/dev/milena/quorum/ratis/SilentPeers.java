package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Breaks the connections to members that have said nothing for long, so that the next attempt looks
 * their names up anew. Ratis itself keeps a connection for as long as it does not break, and one to
 * a machine that has vanished does not break for a quarter of an hour.
 *
 * <p>The timer owns it.
 */
final class SilentPeers {
  private static final Logger log = LoggerFactory.getLogger(SilentPeers.class);

  /** How often to look, in milliseconds. */
  static final long LOOK_EVERY_MS = 1_000;

  private final Membership membership;
  private final Executor blocking;
  private final Silence silence = new Silence();
  private OptionalLong leaderlessSinceMs = OptionalLong.empty();

  /**
   * @param blocking closes connections, which takes a while
   */
  SilentPeers(Membership membership, Executor blocking) {
    this.membership = membership;
    this.blocking = blocking;
  }

  /** Looks once. */
  void look(long nowMs) {
    LocalPeer peer = membership.peer();
    for (PeerName silent : silence.due(silentMs(peer, nowMs), nowMs)) {
      log.atInfo().addKeyValue("peer", silent).log("a voter is silent; connecting to it anew");
      blocking.execute(() -> reconnect(peer, silent));
    }
  }

  /** A leader awaits its followers; who knows of no leader awaits those it asks for votes. */
  private SortedMap<PeerName, Long> silentMs(LocalPeer peer, long nowMs) {
    TreeMap<PeerName, Long> silentMs = new TreeMap<>();
    if (peer.calls().leads() || peer.calls().knowsLeader()) {
      leaderlessSinceMs = OptionalLong.empty();
      FollowerProgress.of(peer.calls())
          .forEach(follower -> silentMs.put(follower.name(), follower.silentMs()));
      return silentMs;
    }
    long sinceMs = leaderlessSinceMs.orElse(nowMs);
    leaderlessSinceMs = OptionalLong.of(sinceMs);
    peer.calls().voters().map(Formation::peers).orElse(List.of()).stream()
        .map(Peer::name)
        .filter(name -> !name.equals(peer.name()))
        .forEach(name -> silentMs.put(name, nowMs - sinceMs));
    return silentMs;
  }

  private static void reconnect(LocalPeer peer, PeerName silent) {
    peer.server()
        .getServerRpc()
        .handleException(RatisPeers.id(silent), new IOException("silent"), true);
  }
}
