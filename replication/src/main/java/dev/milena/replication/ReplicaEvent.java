package dev.milena.replication;

/**
 * What a replica is told. Each is a fact that has happened; wishes are not events.
 *
 * <p>An append and a flush cost one event of 16 bytes each; it dies within the step, so the
 * collector never copies it and the compiler mostly removes it.
 */
public sealed interface ReplicaEvent {
  /** The image has a new row for the partition, or a new config for its topic. */
  record FactsChanged(PartitionFacts facts) implements ReplicaEvent {}

  /** This replica's log was appended to. */
  record Appended(long logEnd) implements ReplicaEvent {}

  /** This replica's log is on disk up to here. */
  record Flushed(long flushedEnd) implements ReplicaEvent {}

  /** Retention or delete-records moved the start of this replica's log. */
  record LogStartMoved(long logStart) implements ReplicaEvent {}

  /**
   * A follower tells how far it is.
   *
   * @param brokerEpoch of the run that tells; who it is was checked by the owner
   * @param leaderEpoch the epoch it follows; another than the leader's own is ignored, since its
   *     log may still be cut
   */
  record FollowerProgressed(int follower, long brokerEpoch, int leaderEpoch, LogEnds ends)
      implements ReplicaEvent {}

  /**
   * A leader has answered the wish to follow it.
   *
   * @param leaderEpoch that was asked for
   * @param from the log end that was asked with
   * @param own how far this replica's log reaches with the epoch that the answer names, if it names
   *     one
   */
  record FollowAnswered(int leaderEpoch, long from, FollowAnswer answer, EpochReach own)
      implements ReplicaEvent {}

  /** A way to the leader is there anew, or something of what it sent was lost on it. */
  record AskAgain() implements ReplicaEvent {}

  /** What was to be copied could not be taken: no room, or damaged on its way. */
  record CopyRefused() implements ReplicaEvent {}

  /** A leader says what is committed, and where its log starts. */
  record LeaderTold(int leaderEpoch, long highWatermark, long logStart) implements ReplicaEvent {}

  /** This replica's log was cut, or begun anew at another offset, as was wanted. */
  record LogCut(long logStart, LogEnds ends) implements ReplicaEvent {}

  /** The image has brokers fenced, unfenced, stopping, or in another run. */
  record StandingsChanged(Standings standings) implements ReplicaEvent {}

  /**
   * The quorum decided against the ISR that was wanted of a partition epoch, or was never asked.
   * Told once the image has passed the place where that was decided: before, the image's own change
   * may be on the way.
   */
  record IsrRefused(int partitionEpoch) implements ReplicaEvent {}

  /** Time has passed: {@link PartitionReplica#nextDueMs} is reached. */
  record TimePassed() implements ReplicaEvent {}

  /** This replica's log is offline for good: a failed fsync, or EIO on a write (rule 8). */
  record LogFailed() implements ReplicaEvent {}
}
