package dev.milena.metadata;

import java.util.List;
import org.pcollections.TreePMap;

/**
 * One thing that has happened. {@link ClusterImage#with} folds it; it cannot be refused.
 *
 * <p>Records are journalled for ever and streamed to brokers of other releases: a new kind, or a
 * new field, comes with a feature level.
 */
public sealed interface MetadataRecord {
  record TopicCreated(
      TopicId id,
      String name,
      int defaultMinInsync,
      TreePMap<String, String> configs,
      List<PartitionImage> partitions)
      implements MetadataRecord {
    public TopicCreated {
      partitions = List.copyOf(partitions);
    }
  }

  /** Partitions were added at the end, in ascending order. */
  record PartitionsAdded(TopicId id, List<PartitionImage> partitions) implements MetadataRecord {
    public PartitionsAdded {
      partitions = List.copyOf(partitions);
    }
  }

  /** Keys are now set to these values, or, when deleted, to their default. */
  record TopicConfigsChanged(TopicId id, TreePMap<String, String> set, List<String> deleted)
      implements MetadataRecord {
    public TopicConfigsChanged {
      deleted = List.copyOf(deleted);
    }
  }

  record TopicDeleted(TopicId id) implements MetadataRecord {}

  /** The partition's leader, in-sync or eligible replicas changed; the row as it is now. */
  record PartitionChanged(TopicId id, PartitionImage partition) implements MetadataRecord {}

  /**
   * By an operator's order a partition that nobody eligible could lead got a leader all the same;
   * its row follows.
   *
   * @param leader who may lack what was acknowledged; that is lost
   * @param epoch of the leader
   */
  record UncleanLeaderElected(TopicId id, int partition, int leader, int epoch)
      implements MetadataRecord {}

  /** The broker's row as it is now: fenced, until {@link BrokerUnfenced}. */
  record BrokerRegistered(BrokerImage broker) implements MetadataRecord {}

  record BrokerFenced(int brokerId, long brokerEpoch) implements MetadataRecord {}

  /**
   * The broker may lead from now on.
   *
   * @param upMs when, in milliseconds since 1970-01-01T00:00:00Z
   */
  record BrokerUnfenced(int brokerId, long brokerEpoch, long upMs) implements MetadataRecord {}

  /** The broker shuts down in an orderly way: no new replicas, no leadership. */
  record BrokerStopBegun(int brokerId, long brokerEpoch) implements MetadataRecord {}

  /**
   * The broker gets no new replicas from now on, or gets them again.
   *
   * @param draining whether its replicas are being moved away
   */
  record BrokerDrainChanged(int brokerId, long brokerEpoch, boolean draining)
      implements MetadataRecord {}

  /** The broker's row is gone. */
  record BrokerRemoved(int brokerId) implements MetadataRecord {}

  /**
   * Producer ids were given away.
   *
   * @param next the first that is nobody's yet
   */
  record ProducerIdsAllocated(long next) implements MetadataRecord {}

  /**
   * The quorum's voters are others than were noted before.
   *
   * @param voters those there are now
   * @param added those of them that were not noted before; the first time all
   * @param removed who was noted before and is none any more
   */
  record VotersNoted(VotersImage voters, List<VoterImage> added, List<VoterImage> removed)
      implements MetadataRecord {
    public VotersNoted {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }
}
