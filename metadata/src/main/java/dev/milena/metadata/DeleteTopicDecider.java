package dev.milena.metadata;

import dev.milena.metadata.MetadataCommand.DeleteTopic;
import java.util.List;
import java.util.Optional;

/** Decides {@link DeleteTopic}. */
final class DeleteTopicDecider {
  private DeleteTopicDecider() {}

  static Decision decide(ClusterImage image, DeleteTopic delete) {
    Optional<TopicImage> topic = image.topic(delete.name());
    if (topic.isEmpty()) {
      return Refusals.unknownTopic(delete.name());
    }
    TopicId id = topic.get().id();
    if (!delete.expectedId().equals(TopicId.NONE) && !delete.expectedId().equals(id)) {
      return Refusals.topic(
          RefusalReason.UNKNOWN_TOPIC,
          delete.name(),
          "topic \"%s\" has the id %s now, got %s; it was created anew"
              .formatted(delete.name(), id, delete.expectedId()));
    }
    return new Decision.Accepted(
        List.of(new MetadataRecord.TopicDeleted(id)), new MetadataReply.TopicReply(id));
  }
}
