package dev.milena.broker.core.copy;

import dev.milena.metadata.PartitionId;
import dev.milena.replication.LogEnds;

/**
 * What a follower says to its leader about one partition, or a broker to any that copies it. Who it
 * is the connection knows.
 */
public sealed interface FollowerWord {
  /** Which partition. */
  PartitionId id();

  /** The epoch of the leader as the follower knows it. */
  int leaderEpoch();

  /**
   * It wants to copy.
   *
   * @param from its log's end
   * @param lastEpoch of its last record, or -1
   * @param creditBytes as much may be on its way at once
   */
  record Follow(PartitionId id, int leaderEpoch, long from, int lastEpoch, int creditBytes)
      implements FollowerWord {}

  /** How far its log reaches, of which all is the leader's. */
  record Report(PartitionId id, int leaderEpoch, LogEnds ends) implements FollowerWord {}

  /** It has taken as much, and takes as much again. */
  record Credit(PartitionId id, int leaderEpoch, int bytes) implements FollowerWord {}

  /**
   * Its disk has changed a batch, and it asks whoever has it, leader or not.
   *
   * @param offset the batch's first
   */
  record Lack(PartitionId id, int leaderEpoch, long offset) implements FollowerWord {}

  /** It copies no longer, and what it reported may be lost: its log is offline. */
  record Leave(PartitionId id, int leaderEpoch) implements FollowerWord {}
}
