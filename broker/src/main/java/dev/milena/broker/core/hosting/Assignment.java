package dev.milena.broker.core.hosting;

import dev.milena.broker.core.PartitionName;
import dev.milena.log.LogSettings;
import dev.milena.replication.PartitionFacts;
import dev.milena.replication.ReplicaSet;

/** What the cluster's image wants of this broker for one partition. */
public sealed interface Assignment {
  /**
   * Hold the partition, open or not yet.
   *
   * @param name the partition's name
   * @param facts who leads, who is in sync, since when
   * @param adding who comes to the partition by a move of its replicas
   * @param settings how its log rolls and forgets
   * @param flush how little of it is to be unflushed
   */
  record Hold(
      PartitionName name,
      PartitionFacts facts,
      ReplicaSet adding,
      LogSettings settings,
      FlushBounds flush)
      implements Assignment {}

  /**
   * The partition is gone from this broker: forget it and delete its files.
   *
   * @param deleted everywhere; else other brokers hold it now
   */
  record Drop(boolean deleted) implements Assignment {}
}
