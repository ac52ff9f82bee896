package dev.milena.metadata;

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

  /** It is done. */
  record DoneReply() implements MetadataReply {}
}
