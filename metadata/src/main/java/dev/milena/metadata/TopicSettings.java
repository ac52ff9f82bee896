package dev.milena.metadata;

import java.util.SortedMap;
import org.pcollections.TreePMap;

/**
 * What a topic's configs come to: the topic's own values, else the broker's, else the defaults.
 *
 * @param retentionMs how long records are kept, in milliseconds; -1 for ever
 * @param retentionBytes how many bytes of a partition are kept; -1 all
 * @param segmentBytes a segment rolls at this size
 * @param segmentMs a segment rolls at this age, in milliseconds
 * @param indexIntervalBytes at most one index entry for so many bytes
 * @param maxMessageBytes the largest batch a producer may send
 * @param logAppendTime records get the time of append instead of their own
 */
public record TopicSettings(
    long retentionMs,
    long retentionBytes,
    int segmentBytes,
    long segmentMs,
    int indexIntervalBytes,
    int maxMessageBytes,
    boolean logAppendTime) {

  /**
   * Reads configs that were checked when they were set.
   *
   * @param configs as in {@link TopicImage#configs}
   * @param brokerDefaults the answering broker's settings under the topic's key names
   */
  public static TopicSettings of(
      TreePMap<String, String> configs, SortedMap<String, String> brokerDefaults) {
    return new TopicSettings(
        whole(TopicConfigKey.RETENTION_MS, configs, brokerDefaults),
        whole(TopicConfigKey.RETENTION_BYTES, configs, brokerDefaults),
        Math.toIntExact(whole(TopicConfigKey.SEGMENT_BYTES, configs, brokerDefaults)),
        whole(TopicConfigKey.SEGMENT_MS, configs, brokerDefaults),
        Math.toIntExact(whole(TopicConfigKey.INDEX_INTERVAL_BYTES, configs, brokerDefaults)),
        Math.toIntExact(whole(TopicConfigKey.MAX_MESSAGE_BYTES, configs, brokerDefaults)),
        value(TopicConfigKey.MESSAGE_TIMESTAMP_TYPE, configs, brokerDefaults)
            .equals("LogAppendTime"));
  }

  /** The text that holds for a key. */
  public static String value(
      TopicConfigKey key,
      TreePMap<String, String> configs,
      SortedMap<String, String> brokerDefaults) {
    String set = configs.get(key.key());
    return set != null ? set : brokerDefaults.getOrDefault(key.key(), key.defaultValue());
  }

  private static long whole(
      TopicConfigKey key,
      TreePMap<String, String> configs,
      SortedMap<String, String> brokerDefaults) {
    return Long.parseLong(value(key, configs, brokerDefaults));
  }
}
