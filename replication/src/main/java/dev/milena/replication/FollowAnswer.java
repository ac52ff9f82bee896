package dev.milena.replication;

/** What a leader says to a replica that wants to follow it: {@link Reconciliation#answer}. */
public sealed interface FollowAnswer {
  /** The follower's log is the front of the leader's; records follow. */
  record Agreed() implements FollowAnswer {}

  /**
   * The follower has records that the leader has not.
   *
   * @param leaders how far the leader's log reaches with the follower's last epoch and those before
   */
  record Diverged(EpochReach leaders) implements FollowAnswer {}

  /** What the follower would need next the leader has forgotten: its log begins there. */
  record BelowStart(long logStart) implements FollowAnswer {}

  /**
   * Not now: the leader does not lead in that epoch, or has no room. The image will tell, or asking
   * again.
   */
  record Refused() implements FollowAnswer {}
}
