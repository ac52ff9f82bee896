package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.LostLeader;
import dev.milena.quorum.ratis.formation.Peer;
import dev.milena.quorum.ratis.formation.Witness;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.util.LifeCycle;

/**
 * What this voter tells another that has lost its leader. Has a look at the leader's port before it
 * does: its own connection may not have ended yet. Any thread that may block.
 */
final class LogWitness {
  /** Who asks while so many are being answered is told nothing. */
  private static final int MAX_ASKING = 16;

  /** A leader that was heard so lately lives; the shortest time-out of an election. */
  private static final long LATELY_MS = 600;

  private final LocalPeer here;
  private final PortProbe probe;
  private final Semaphore places = new Semaphore(MAX_ASKING);

  LogWitness(LocalPeer here, PortProbe probe) {
    this.here = here;
    this.probe = probe;
  }

  /**
   * What to tell about a leader that another voter has lost; nothing while this one cannot vote.
   */
  Optional<Witness> about(LostLeader lost) throws InterruptedException {
    if (!places.tryAcquire()) {
      return Optional.empty();
    }
    try {
      boolean gone = follows(lost) && isGone(lost);
      OptionalLong leaderTerm = gone && follows(lost) ? OptionalLong.empty() : leaderTerm(lost);
      return own().map(seen -> new Witness(seen.last(), seen.term(), leaderTerm));
    } finally {
      places.release();
    }
  }

  /** What this voter knows of itself, whoever leads; nothing while it cannot vote. */
  Optional<Witness> own() {
    try {
      RaftServer.Division division = here.server().getDivision(here.calls().groupId());
      DivisionInfo info = division.getInfo();
      if (info.getLifeCycleState() != LifeCycle.State.RUNNING) {
        // a newcomer that may not vote yet, or one that closes
        return Optional.empty();
      }
      return last(division)
          .map(last -> new Witness(last, info.getCurrentTerm(), OptionalLong.empty()));
    } catch (IOException | IllegalStateException notOpen) {
      // Ratis throws the latter while it closes the log
      return Optional.empty();
    }
  }

  private static Optional<LastEntry> last(RaftServer.Division division) {
    SnapshotInfo snapshot = division.getStateMachine().getLatestSnapshot();
    return Optional.ofNullable(division.getRaftLog().getLastEntryTermIndex())
        .or(() -> Optional.ofNullable(snapshot).map(SnapshotInfo::getTermIndex))
        .filter(last -> last.compareTo(TermIndex.INITIAL_VALUE) > 0)
        .map(last -> new LastEntry(last.getTerm(), last.getIndex()));
  }

  /** Whether this is a follower of exactly that leader in that term, for all that it knows. */
  boolean follows(LostLeader lost) {
    try {
      DivisionInfo info = here.calls().division();
      return info.isFollower()
          && info.getCurrentTerm() == lost.term()
          && RatisPeers.id(lost.leader()).equals(info.getLeaderId());
    } catch (IOException notOpen) {
      return false;
    }
  }

  /** Whether that leader's port refuses this voter. */
  boolean isGone(LostLeader lost) throws InterruptedException {
    Optional<Peer> leader = here.calls().voter(lost.leader());
    return leader.isPresent() && probe.refuses(leader.get());
  }

  /**
   * A leader that is asked about, and does not refuse this voter, lives for all that it can tell.
   */
  private OptionalLong leaderTerm(LostLeader lost) {
    try {
      DivisionInfo info = here.calls().division();
      OptionalLong heardMs = LeaderHeard.ms(here);
      boolean lives =
          info.isLeader()
              || follows(lost)
              || (heardMs.isPresent() && heardMs.getAsLong() < LATELY_MS);
      return lives ? OptionalLong.of(info.getCurrentTerm()) : OptionalLong.empty();
    } catch (IOException notOpen) {
      return OptionalLong.empty();
    }
  }
}
