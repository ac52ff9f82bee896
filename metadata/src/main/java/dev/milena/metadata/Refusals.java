package dev.milena.metadata;

import org.pcollections.TreePMap;

/** The refusals that several deciders give, and the form of all of them. */
final class Refusals {
  private Refusals() {}

  /** About a topic by name. The name is cut: it may be what is wrong, and it is replicated. */
  static Decision.Refused topic(RefusalReason reason, String name, String message) {
    int most = MetadataLimits.MAX_TOPIC_NAME_LENGTH;
    String shown = name.length() <= most ? name : name.substring(0, most);
    return new Decision.Refused(reason, message, TreePMap.singleton("topic", shown));
  }

  static Decision.Refused unknownTopic(String name) {
    String fault = TopicNames.fault(name).isEmpty() ? "\"" + name + "\"" : "of an illegal name";
    return topic(
        RefusalReason.UNKNOWN_TOPIC,
        name,
        "there is no topic " + fault + "; kafkactl topics --list shows which there are");
  }

  static Decision.Refused unknownPartition(ClusterImage image, PartitionId id) {
    String message =
        image
            .topic(id.topicId())
            .map(topic ->
                "topic \"%s\" has %s partitions, counted from 0, and no partition %s"
                    .formatted(topic.name(), topic.partitionCount(), id.partition()))
            .orElseGet(() ->
                "there is no topic of id %s; it was deleted, or its name has another id now"
                    .formatted(id.topicId()));
    return new Decision.Refused(
        RefusalReason.UNKNOWN_PARTITION, message, TreePMap.singleton("partition", id.toString()));
  }

  /**
   * About where a partition's replicas shall be.
   *
   * @param wrong what is wrong, to follow "partition NAME-N"
   */
  static Decision.Refused assignment(ClusterImage image, PartitionId id, String wrong) {
    String topic = image.topic(id.topicId()).map(TopicImage::name).orElse(id.topicId().toString());
    return new Decision.Refused(
        RefusalReason.INVALID_ASSIGNMENT,
        "partition %s-%s %s".formatted(topic, id.partition(), wrong),
        TreePMap.singleton("topic", topic).plus("partition", Integer.toString(id.partition())));
  }

  static Decision.Refused config(String topic, TopicConfigs.Checked.Illegal illegal) {
    return new Decision.Refused(
        illegal.reason(),
        illegal.message(),
        TreePMap.singleton("topic", topic).plus("config", illegal.key()));
  }

  static Decision.Refused broker(RefusalReason reason, int brokerId, String message) {
    return new Decision.Refused(
        reason, message, TreePMap.singleton("broker", Integer.toString(brokerId)));
  }

  static Decision.Refused unknownBroker(int brokerId) {
    return broker(
        RefusalReason.UNKNOWN_BROKER, brokerId, "broker " + brokerId + " is not registered");
  }

  static Decision.Refused staleEpoch(BrokerImage broker, long given) {
    return broker(
        RefusalReason.STALE_BROKER_EPOCH,
        broker.id(),
        "broker %s is at epoch %s now, got %s; look again"
            .formatted(broker.id(), broker.brokerEpoch(), given));
  }

  static Decision.Refused staleTerm(long onlyInTerm, long term) {
    return new Decision.Refused(
        RefusalReason.STALE_TERM,
        "the command was for term %s of the quorum, which is in term %s now; its leader decides anew"
            .formatted(onlyInTerm, term),
        TreePMap.singleton("term", Long.toString(term)));
  }
}
