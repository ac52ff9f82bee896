package dev.milena.metadata;

import java.util.List;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * The whole metadata at one index: immutable, shared by every thread, built by {@link #with} alone.
 *
 * @param featureLevel what deciders may do and readers must understand; a member of a release that
 *     does not know the level stops
 * @param topics by id
 * @param topicIds by name
 * @param similarNames the one name taken for each key of {@link TopicNames#collisionKey}
 * @param brokers by id, fenced ones included
 * @param loads what each broker carries, by id; of brokers that carry something
 * @param partitionCount of all topics together
 * @param voters who votes in the quorum, as noted last
 * @param counts since the cluster began
 */
public record ClusterImage(
    int featureLevel,
    TreePMap<TopicId, TopicImage> topics,
    TreePMap<String, TopicId> topicIds,
    TreePMap<String, String> similarNames,
    TreePMap<Integer, BrokerImage> brokers,
    TreePMap<Integer, BrokerLoad> loads,
    int partitionCount,
    VotersImage voters,
    ClusterCounts counts) {
  /** The level a cluster starts at. */
  public static final int FIRST_FEATURE_LEVEL = 1;

  /** Before the first record. */
  public static final ClusterImage EMPTY =
      new ClusterImage(
          FIRST_FEATURE_LEVEL,
          TreePMap.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          0,
          VotersImage.NONE,
          ClusterCounts.NONE);

  /** An image and how it differs from the one it was made of. */
  public record Folded(ClusterImage image, ImageDelta delta) {}

  /**
   * Folds the records of one entry, in order; the only way from one image to the next, on the
   * quorum and on brokers alike.
   *
   * @throws IllegalStateException when a record does not fit the image: the journal is not this
   *     image's, and whoever folds must stop
   */
  public Folded with(List<MetadataRecord> records) {
    if (records.isEmpty()) {
      return new Folded(this, ImageDelta.NONE);
    }
    ImageBuilder builder = new ImageBuilder(this);
    records.forEach(builder::fold);
    return builder.build();
  }

  /** The same after so many unclean elections. */
  public ClusterImage withUncleanElections(long count) {
    return new ClusterImage(
        featureLevel,
        topics,
        topicIds,
        similarNames,
        brokers,
        loads,
        partitionCount,
        voters,
        counts.withUncleanElections(count));
  }

  /** See {@link ClusterCounts#nextProducerId}. */
  public long nextProducerId() {
    return counts.nextProducerId();
  }

  /** See {@link ClusterCounts#uncleanElections}. */
  public long uncleanElections() {
    return counts.uncleanElections();
  }

  public Optional<TopicImage> topic(TopicId id) {
    return Optional.ofNullable(topics.get(id));
  }

  public Optional<TopicImage> topic(String name) {
    return Optional.ofNullable(topicIds.get(name)).map(topics::get);
  }

  public Optional<BrokerImage> broker(int id) {
    return Optional.ofNullable(brokers.get(id));
  }

  /** What the broker carries. */
  public BrokerLoad load(int brokerId) {
    return loads.getOrDefault(brokerId, BrokerLoad.NONE);
  }

  /** The partition, if its topic still lives under this id. */
  public Optional<PartitionImage> partition(PartitionId id) {
    return topic(id.topicId()).flatMap(topic -> topic.partition(id.partition()));
  }
}
