package dev.milena.metadata;

/** What the asker of an accepted command gets back. */
public sealed interface MetadataReply {
  /** The topic that was created, altered or deleted. */
  record TopicReply(TopicId id) implements MetadataReply {}

  /** The broker's row now. */
  record BrokerReply(long brokerEpoch) implements MetadataReply {}

  /** How many partitions got another leader. */
  record ElectionReply(int changed) implements MetadataReply {}

  /** It is done. */
  record DoneReply() implements MetadataReply {}
}
