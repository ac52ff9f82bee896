package dev.milena.quorum.ratis;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a leader step down that no majority answers, as Raft wants it (Ongaro's thesis, 6.2): whoever
 * asks it, or a voter that hears it and not the others, hears that nothing can be agreed on.
 *
 * <p>Ratis (3.3.0) looks whether it is answered when it has had nothing else to do for one longest
 * time-out of elections: each entry that is on its disk, or on a follower's, is something to do. A
 * leader that is cut off and asked for a change a second leads on for as long as it is asked, and
 * takes in what nobody will ever agree on.
 *
 * <p>The timer looks; Ratis is asked on a thread that may wait.
 */
final class UnansweredLeader {
  private static final Logger log = LoggerFactory.getLogger(UnansweredLeader.class);

  /** How often to look, in milliseconds. */
  static final long LOOK_EVERY_MS = 500;

  /**
   * In longest time-outs of elections. Ratis steps down after one where it looks; and what a new
   * leader has not heard of it takes for heard one before it was elected.
   */
  private static final int TIME_OUTS = 2;

  /** How long Ratis may take: it waits for those who send, 5 s at most. */
  private static final long STEP_MS = 5_000;

  private final Membership membership;
  private final long boundMs;
  private final OneAtATime steps;

  /**
   * @param electionMs see {@link QuorumTuning#electionMs}
   * @param blocking runs what may wait for Ratis
   */
  UnansweredLeader(Membership membership, int electionMs, Executor blocking) {
    this.membership = membership;
    boundMs = TIME_OUTS * RatisProperties.longestElectionMs(electionMs);
    steps = new OneAtATime(blocking);
  }

  /** Looks once; waits for nothing. */
  void look() {
    LocalPeer peer = membership.peer();
    OptionalLong unansweredMs = peer.calls().leads() ? LeaderHeard.ms(peer) : OptionalLong.empty();
    if (unansweredMs.orElse(0) > boundMs) {
      steps.offer(() -> stepDown(peer, unansweredMs.getAsLong()));
    }
  }

  private static void stepDown(LocalPeer peer, long unansweredMs) {
    log.atWarn()
        .addKeyValue("ms", unansweredMs)
        .log("no majority answers this leader; it steps down");
    RaftServer server = peer.server();
    // that no heir is named has Ratis step down
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            ClientId.randomId(),
            server.getId(),
            peer.calls().groupId(),
            peer.calls().nextCallId(),
            null,
            STEP_MS);
    try {
      server.transferLeadershipAsync(request).get(2 * STEP_MS, TimeUnit.MILLISECONDS);
    } catch (IOException | ExecutionException | TimeoutException failure) {
      log.atWarn().setCause(failure).log("did not step down; trying again");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
