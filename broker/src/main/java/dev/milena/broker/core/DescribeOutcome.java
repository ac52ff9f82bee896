package dev.milena.broker.core;

import dev.milena.metadata.TopicImage;
import java.util.List;

/** The answer to a question about topics. */
public sealed interface DescribeOutcome {
  /**
   * The topics, and the brokers to reach their leaders on, out of one image.
   *
   * @param topics sorted by name
   * @param cluster the cluster at the same moment
   */
  record Described(List<TopicImage> topics, ClusterView cluster) implements DescribeOutcome {
    /** Copies the list. */
    public Described {
      topics = List.copyOf(topics);
    }
  }

  /** A name is not known, though this broker has caught up with the quorum. */
  record DescribeRefused(Refusal refusal) implements DescribeOutcome {}
}
