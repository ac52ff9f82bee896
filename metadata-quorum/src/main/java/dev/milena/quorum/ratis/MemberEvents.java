package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Voter;
import java.util.List;

/**
 * Tells what happens to a member, each thing once and in order. Ratis' threads may say that a
 * leadership is ready after they have said that it is over.
 */
final class MemberEvents {
  private static final long NONE = -1;

  private final QuorumEvents events;
  private long readyTerm = NONE;
  private long overThroughTerm = NONE;
  private boolean attached;

  MemberEvents(QuorumEvents events) {
    this.events = events;
  }

  /** This member leads in this term and has applied all before. */
  synchronized void ready(long term) {
    if (term > overThroughTerm && term > readyTerm) {
      readyTerm = term;
      events.leaderReady(term);
    }
  }

  /**
   * This member leads no longer.
   *
   * @param term the one that it led in, or a later one
   */
  synchronized void over(long term) {
    boolean wasReady = readyTerm > overThroughTerm;
    overThroughTerm = Math.max(overThroughTerm, Math.max(term, readyTerm));
    if (wasReady) {
      events.leaderLost();
    }
  }

  /** The voters are these by an entry that was applied now; passed over if this one is none. */
  synchronized void votes(PeerName self, Formation formation) {
    if (!formation.contains(self)) {
      return;
    }
    List<Voter> voters =
        formation.peers().stream()
            .map(voter -> new Voter(voter.name().nodeId(), voter.host(), voter.port()))
            .toList();
    if (!attached) {
      attached = true;
      events.attached();
    }
    events.votersChanged(voters);
  }

  /** This member is none any more, and another, empty one took its place. */
  synchronized void detached() {
    attached = false;
    events.detached();
  }
}
