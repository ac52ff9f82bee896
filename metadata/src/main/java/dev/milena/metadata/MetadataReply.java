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

  /** How many partitions got another leader. */
  record ElectionReply(int changed) implements MetadataReply {}

  /**
   * The moves are begun, over, or called back.
   *
   * @param changed how many partitions have another row now
   * @param underWay how many of those named wait for their target to be in sync
   */
  record ReassignmentReply(int changed, int underWay) implements MetadataReply {}

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
