package dev.milena.replication;

/**
 * How two logs come to agree when leaders have changed (replication rule 6; KIP-101, 279, 320 and,
 * for asking with the last epoch, KIP-595). Epochs decide, never the high watermark.
 *
 * <pre>
 *   leader    1 1 1 1 3 3 3            asked with (6, epoch 2): epoch 1 ends at 4
 *   follower  1 1 1 1 1 2              of epoch 1 it has more: cut at 4; then (4, epoch 1) agrees
 * </pre>
 *
 * <p>Each round takes at least one epoch's worth from the follower, so there are no more rounds
 * than it has epochs.
 */
public final class Reconciliation {
  private Reconciliation() {}

  /**
   * The leader's side.
   *
   * @param logStart of the leader
   * @param from the follower's log end
   * @param lastEpoch of the follower's last record, or {@link PartitionFacts#NO_EPOCH} when it has
   *     none
   * @param leaders how far the leader's log reaches with that epoch and those before
   */
  public static FollowAnswer answer(long logStart, long from, int lastEpoch, EpochReach leaders) {
    if (from < logStart) {
      return new FollowAnswer.BelowStart(logStart);
    }
    if (lastEpoch == PartitionFacts.NO_EPOCH) {
      // An empty log that begins here has nothing that could differ.
      return from == logStart ? new FollowAnswer.Agreed() : new FollowAnswer.BelowStart(logStart);
    }
    if (leaders.epoch() == PartitionFacts.NO_EPOCH) {
      // All that the leader still has is of later epochs.
      return new FollowAnswer.BelowStart(logStart);
    }
    return leaders.epoch() == lastEpoch && from <= leaders.end()
        ? new FollowAnswer.Agreed()
        : new FollowAnswer.Diverged(leaders);
  }

  /**
   * The follower's side: everything at and above this goes.
   *
   * @param logStart of the follower
   * @param leaders the leader's answer
   * @param own how far the follower's log reaches with that epoch and those before
   */
  static long cut(long logStart, EpochReach leaders, EpochReach own) {
    if (own.epoch() == PartitionFacts.NO_EPOCH) {
      return logStart;
    }
    // Of an epoch that both have, the shorter; what only the follower has does not count.
    return own.epoch() == leaders.epoch() ? Math.min(leaders.end(), own.end()) : own.end();
  }
}
