package dev.milena.replication;

/** A replica that leads, with what only a leader knows. */
public final class Leading implements ReplicaRole {
  private final int leaderEpoch;
  private final long epochStart;
  private final InSyncSet inSync;
  private final FollowerProgress followers = new FollowerProgress();
  private long mayProposeMs;

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

  /** Whether a change of the ISR may be proposed: none is on its way, and none just failed. */
  boolean mayPropose(long nowMs) {
    return !inSync.isProposed() && nowMs >= mayProposeMs;
  }

  /** When {@link #mayPropose} says yes if nothing else happens. */
  long mayProposeMs() {
    return inSync.isProposed() ? InSyncRules.NEVER : mayProposeMs;
  }

  /** The proposed change will not happen; the next is tried at that time at the earliest. */
  void refused(long againMs) {
    inSync.withdraw();
    mayProposeMs = againMs;
  }
}
