package dev.milena.metadata;

import java.util.List;

/** What the asker of an accepted command gets back. */
public sealed interface MetadataReply {
  /** The topic that was created, altered or deleted. */
  record TopicReply(TopicId id) implements MetadataReply {}

  /** The broker's row now. */
  record BrokerReply(long brokerEpoch) implements MetadataReply {}

  /**
   * The broker is stopping.
   *
   * @param leads how many partitions it leads still, for want of an in-sync replica that is up
   */
  record StopReply(long brokerEpoch, int leads) implements MetadataReply {}

  /**
   * Leaders are elected.
   *
   * @param changed how many partitions got another leader
   * @param unclean those of them that are led by a replica which was not eligible, in order
   */
  record ElectionReply(int changed, List<PartitionId> unclean) implements MetadataReply {
    public ElectionReply {
      unclean = List.copyOf(unclean);
    }
  }

  /**
   * The moves are begun, over, or called back.
   *
   * @param changed how many partitions have another row now
   * @param underWay how many of those named wait for their target to be in sync
   */
  record ReassignmentReply(int changed, int underWay) implements MetadataReply {}

  /**
   * A broker is being drained, or is not any more.
   *
   * @param changed how many partitions are on their way by this; or stay, by its cancellation
   * @param left how many are left to be asked for again; or cannot be called back
   */
  record DrainReply(int changed, int left) implements MetadataReply {}

  /**
   * The in-sync replicas are changed.
   *
   * @param refused the partitions of which they are not, in the order of the command
   */
  record IsrReply(List<IsrChange.Refused> refused) implements MetadataReply {
    public IsrReply {
      refused = List.copyOf(refused);
    }
  }

  /**
   * Producer ids that are the broker's now.
   *
   * @param first of them
   */
  record ProducerIdsReply(long first, int count) implements MetadataReply {}

  /** It is done. */
  record DoneReply() implements MetadataReply {}
}
