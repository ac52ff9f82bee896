package dev.milena.node.cluster;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.ShownName;
import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.TopicImage;
import java.util.Optional;
import java.util.OptionalInt;

/** Partitions as operators name them. Pure. */
final class NamedPartitions {
  private NamedPartitions() {}

  /** That there is no such topic, or no such partition of it; the image is as new as the call. */
  static Optional<Refusal> fault(ClusterImage image, String topic, OptionalInt partition) {
    Optional<TopicImage> found = image.topic(topic);
    String name = ShownName.of(topic);
    if (found.isEmpty()) {
      return Optional.of(
          Refusal.of(
                  ErrorKind.UNKNOWN_TOPIC,
                  "topic \"%s\" does not exist; kafkactl topics --list shows those that do"
                      .formatted(name))
              .with("topic", name));
    }
    int count = found.get().partitionCount();
    if (partition.isEmpty() || partition.getAsInt() < count) {
      return Optional.empty();
    }
    return Optional.of(
        Refusal.of(
                ErrorKind.UNKNOWN_PARTITION,
                "topic \"%s\" has no partition %s: it has %s, counted from 0"
                    .formatted(name, partition.getAsInt(), count))
            .with("topic", name)
            .with("partition", Integer.toString(partition.getAsInt())));
  }
}
