package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.LostLeader;
import dev.milena.quorum.ratis.formation.Witness;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.server.DivisionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One election that begins at once, and no second: this voter stands as Ratis lets the one stand
 * that a leader hands over to, without asking beforehand whether it may.
 *
 * <p>Ratis (3.3.0) goes on with such an election for ever when some voters are silent, each round
 * in a new term, and would depose whoever the others have elected meanwhile. So a candidate that
 * has no end in time begins a {@link LaterTerm}; it follows, and stands again only as ever. Blocks;
 * any thread that may.
 */
final class ForcedElection {
  private static final Logger log = LoggerFactory.getLogger(ForcedElection.class);

  /** Shorter than Ratis' shortest round, 600 ms. */
  private static final long ROUND_MS = 500;

  private static final long LOOK_MS = 10;

  private final LocalPeer here;

  ForcedElection(LocalPeer here) {
    this.here = here;
  }

  /**
   * Stands, and returns when the election is over.
   *
   * @param own what this voter knows of itself; Ratis refuses when an entry of the leader's term is
   *     missing, or another term has begun
   */
  void hold(LostLeader lost, Witness own) throws IOException {
    StartLeaderElectionRequestProto request =
        StartLeaderElectionRequestProto.newBuilder()
            .setServerRequest(LaterTerm.from(here, RatisPeers.id(lost.leader())))
            .setLeaderLastEntry(
                TermIndexProto.newBuilder().setTerm(lost.term()).setIndex(own.last().index()))
            .build();
    if (!here.server().startLeaderElection(request).getServerReply().getSuccess()) {
      log.atInfo().addKeyValue("term", lost.term()).log("did not stand: something happened first");
      return;
    }
    DivisionInfo division = here.calls().division();
    long term = division.getCurrentTerm();
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ROUND_MS);
    while (division.isCandidate() && division.getCurrentTerm() == term) {
      if (System.nanoTime() > endNanos) {
        stepBack(lost, term + 1);
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MS));
    }
  }

  private void stepBack(LostLeader lost, long term) throws IOException {
    log.atWarn().addKeyValue("term", term).log("no majority votes; stands no longer");
    // in the name of a voter that asks for nothing any more
    LaterTerm.begin(here, RatisPeers.id(lost.leader()), term);
  }
}
