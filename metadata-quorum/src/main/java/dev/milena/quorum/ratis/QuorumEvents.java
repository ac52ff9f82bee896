package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Voter;
import java.util.List;

/**
 * What happens to a member, for whoever does its controller's duties. Called on Ratis' threads, one
 * call at a time; must not block and must not throw.
 */
public interface QuorumEvents {
  /** Nobody listens. */
  QuorumEvents NONE =
      new QuorumEvents() {
        @Override
        public void leaderReady(long term) {
          // nobody listens
        }

        @Override
        public void leaderLost() {
          // nobody listens
        }

        @Override
        public void attached() {
          // nobody listens
        }

        @Override
        public void detached() {
          // nobody listens
        }

        @Override
        public void votersChanged(List<Voter> voters) {
          // nobody listens
        }
      };

  /**
   * This member leads, and all that was agreed before is applied here. Said once a term, and never
   * after the end of that term's leadership was.
   *
   * @param term the fencing token of what this leader does
   */
  void leaderReady(long term);

  /** This member leads no longer; said once for each {@link #leaderReady}. */
  void leaderLost();

  /** This node's member is a voter; its view goes on from what it has applied. */
  void attached();

  /**
   * The other voters have removed this node's member. Its view stands still; {@link
   * QuorumServer#view} is another, empty one from now on.
   */
  void detached();

  /**
   * The voters are these now, by an entry that this member has applied. Not said of what a member
   * reads again, or catches up on, and of no joint configuration.
   */
  void votersChanged(List<Voter> voters);
}
