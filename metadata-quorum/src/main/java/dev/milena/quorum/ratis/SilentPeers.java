package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
    if (peer.calls().leads() || peer.calls().knowsLeader()) {
      silence.hasLeader();
      TreeMap<PeerName, Long> silentMs = new TreeMap<>();
      FollowerProgress.of(peer.calls())
          .forEach(follower -> silentMs.put(follower.name(), follower.silentMs()));
      return silentMs;
    }
    Optional<Formation> asked = peer.calls().isRunning() ? peer.calls().voters() : Optional.empty();
    List<PeerName> others =
        asked.map(Formation::peers).orElse(List.of()).stream()
            .map(Peer::name)
            .filter(name -> !name.equals(peer.name()))
            .toList();
    return silence.leaderless(others, nowMs);
  }

  private static void reconnect(LocalPeer peer, PeerName silent) {
    peer.server()
        .getServerRpc()
        .handleException(RatisPeers.id(silent), new IOException("silent"), true);
  }
}
