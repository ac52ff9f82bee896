package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.PeerName;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands this member's leadership to another voter, the one that is furthest, without waiting for an
 * election timeout. Blocks; any thread that may.
 */
final class LeadershipTransfer {
  private static final Logger log = LoggerFactory.getLogger(LeadershipTransfer.class);

  /** A voter that has said nothing for so long is no candidate. */
  private static final long SILENT_MS = 1_000;

  private LeadershipTransfer() {}

  /**
   * One attempt.
   *
   * @param timeoutMs how long it may take; writes are refused meanwhile, and tried again by whoever
   *     submitted them
   * @return who leads now, nothing when nobody was found or it failed
   */
  static Optional<PeerName> attempt(LocalPeer peer, long timeoutMs) throws InterruptedException {
    Optional<Formation> voters = peer.calls().voters();
    List<FollowerProgress> followers = FollowerProgress.of(peer.calls());
    Optional<PeerName> heir =
        followers.stream()
            .filter(follower -> follower.silentMs() < SILENT_MS)
            .filter(follower -> voters.filter(all -> all.contains(follower.name())).isPresent())
            .max(Comparator.comparingLong(FollowerProgress::matchIndex))
            .map(FollowerProgress::name);
    if (heir.isEmpty()) {
      return heir;
    }
    try {
      RaftClientReply reply =
          transfer(peer, heir.get(), timeoutMs).get(2 * timeoutMs, TimeUnit.MILLISECONDS);
      if (reply.isSuccess()) {
        log.atInfo().addKeyValue("to", heir.get()).log("handed the quorum's leadership over");
        return heir;
      }
      log.atWarn().setCause(reply.getException()).log("leadership was not handed over");
    } catch (ExecutionException | TimeoutException | IOException failure) {
      log.atWarn().setCause(failure).log("leadership was not handed over");
    }
    return Optional.empty();
  }

  private static CompletableFuture<RaftClientReply> transfer(
      LocalPeer peer, PeerName heir, long timeoutMs) throws IOException {
    RaftServer server = peer.server();
    return server.transferLeadershipAsync(
        new TransferLeadershipRequest(
            ClientId.randomId(),
            server.getId(),
            peer.calls().groupId(),
            peer.calls().nextCallId(),
            RatisPeers.id(heir),
            timeoutMs));
  }
}
