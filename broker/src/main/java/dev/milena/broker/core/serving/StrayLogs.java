package dev.milena.broker.core.serving;

import dev.milena.metadata.ClusterImage;
import dev.milena.metadata.PartitionId;
import dev.milena.metadata.PartitionImage;
import dev.milena.metadata.TopicImage;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Logs in a broker's directories that the cluster does not want there. Pure.
 *
 * <p>They stay: metadata that was put back to an earlier state would name as many that are the only
 * ones left.
 */
final class StrayLogs {
  private StrayLogs() {}

  /**
   * Tells of each what it is, for a person.
   *
   * @param self the broker
   * @param names of the logs that it has
   */
  static SortedMap<String, String> of(ClusterImage image, int self, Collection<String> names) {
    SortedMap<String, String> strays = new TreeMap<>();
    names.forEach(name ->
        strays.put(
            name, "folder belongs to no topic and is left alone; remove it by hand if it may go"));
    for (TopicImage topic : image.topics().values()) {
      for (PartitionImage row : topic.partitions()) {
        String name = new PartitionId(topic.id(), row.partition()).toString();
        if (row.replicas().contains(self)) {
          strays.remove(name);
        } else if (strays.containsKey(name)) {
          strays.put(
              name,
              "replica of %s-%s has moved to brokers %s and is left alone; remove it by hand if it may go"
                  .formatted(topic.name(), row.partition(), row.replicas()));
        }
      }
    }
    return strays;
  }
}
