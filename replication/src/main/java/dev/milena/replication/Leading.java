package dev.milena.replication;

/** A replica that leads, with what only a leader knows. */
public final class Leading implements ReplicaRole {
  private final int leaderEpoch;
  private final long epochStart;
  private final InSyncSet inSync;
  private final FollowerProgress followers = new FollowerProgress();

  Leading(int leaderEpoch, long epochStart, ReplicaSet isr) {
    this.leaderEpoch = leaderEpoch;
    this.epochStart = epochStart;
    this.inSync = new InSyncSet(isr);
  }

  /** The epoch that appends carry. */
  public int leaderEpoch() {
    return leaderEpoch;
  }

  /** The offset of the epoch's first record. */
  public long epochStart() {
    return epochStart;
  }

  InSyncSet inSync() {
    return inSync;
  }

  FollowerProgress followers() {
    return followers;
  }
}
