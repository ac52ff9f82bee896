package dev.milena.broker.core.hosting;

import dev.milena.metadata.PartitionId;
import dev.milena.replication.ReplicaSet;
import dev.milena.replication.Standings;

/** Takes to the quorum what replicas say about who is in sync. Loops call it: it must not wait. */
public interface IsrRequests {
  /**
   * Has the quorum asked, for as long as it takes. What it decides comes back as the partition's
   * next row, or as a call of {@link Wanted#refused}.
   */
  void want(Wanted wanted);

  /**
   * This broker's replica of a partition, which others hold too, takes and gives nothing any more:
   * nobody should count on it, and least of all have it lead, where another can. Said again for
   * every row.
   *
   * @param partitionEpoch of the row that it was said of
   */
  void lost(PartitionId partition, int partitionEpoch);

  /**
   * The in-sync replicas that a leader wants of one partition. It has one such wish at a time.
   *
   * @param leaderEpoch under which it leads
   * @param partitionEpoch of the row that it wants to change
   * @param isr all of them
   * @param standings which run of each the leader counts on
   * @param refused told on any thread when it will not come about; the image is as new as that
   *     decision then
   */
  record Wanted(
      PartitionId partition,
      int leaderEpoch,
      int partitionEpoch,
      ReplicaSet isr,
      Standings standings,
      Runnable refused) {}
}
