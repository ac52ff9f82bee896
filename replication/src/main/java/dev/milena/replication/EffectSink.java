package dev.milena.replication;

/**
 * What a replica wants done, told in order while {@link PartitionReplica#step} runs. Methods
 * instead of effect objects: nothing is allocated for an append.
 *
 * <p>The performer must not step the same replica from within a call.
 */
public interface EffectSink {
  /**
   * This replica leads from now on: appends carry the epoch.
   *
   * @param epochStart the offset of the epoch's first record
   */
  void becameLeader(int leaderEpoch, long epochStart);

  /** Another broker leads from now on; waiting requests are sent there. */
  void becameFollower(int leader, int leaderEpoch);

  /**
   * The leader is to be asked, with this log's end and its last epoch, to be followed from there.
   * What it says is {@link ReplicaEvent.FollowAnswered}; nothing before that is copied.
   */
  void followWanted(int leader, int leaderEpoch);

  /**
   * Everything at and above an offset is to go, with all that belongs to it: {@link
   * ReplicaEvent.LogCut}.
   */
  void truncateWanted(long offset);

  /**
   * The log is to begin anew, empty, at an offset: the leader has nothing before it, or nothing
   * that agrees. {@link ReplicaEvent.LogCut}.
   */
  void beginAnewWanted(long offset);

  /**
   * The leader's log starts here now, and so should this one: {@link ReplicaEvent.LogStartMoved}.
   */
  void forgetWanted(long logStart);

  /** The leader is to be told how far this follower is. */
  void reportWanted(LogEnds ends);

  /** Nobody that this replica knows leads, or its own log is offline. */
  void becameIdle(int leaderEpoch);

  /** Everything below is committed: waiting acknowledgements and fetches go on. */
  void highWatermarkMoved(long highWatermark);

  /** What was appended must be fsynced before it can be committed. */
  void flushWanted(long logEnd);

  /**
   * The quorum should be asked for another ISR, compare-and-set on the partition epoch. From now on
   * it counts as possible. What comes of it is told by the image's row ({@link
   * ReplicaEvent.FactsChanged}) or, if nothing does, by {@link ReplicaEvent.IsrRefused}.
   */
  void isrWanted(ReplicaSet isr, int partitionEpoch);
}
