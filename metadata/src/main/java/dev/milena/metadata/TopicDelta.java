package dev.milena.metadata;

import java.util.List;

/**
 * What changed about one topic in one step.
 *
 * @param name also of a topic that is gone
 * @param configsChanged true for a created topic
 * @param partitions numbers of the partitions that are new, changed or gone, ascending
 */
public record TopicDelta(
    TopicId id, String name, Kind kind, boolean configsChanged, List<Integer> partitions) {
  /** What became of the topic as a whole. */
  public enum Kind {
    CREATED,
    CHANGED,
    DELETED
  }

  public TopicDelta {
    partitions = List.copyOf(partitions);
  }
}
