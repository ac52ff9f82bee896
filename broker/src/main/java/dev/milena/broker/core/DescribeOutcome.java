package dev.milena.broker.core;

import dev.milena.metadata.TopicImage;
import java.util.List;
import java.util.Optional;

/** The answer to a question about topics. */
public sealed interface DescribeOutcome {
  /**
   * The topics, and the brokers to reach their leaders on, out of one image.
   *
   * @param topics sorted by name
   * @param cluster the cluster at the same moment
   * @param mayBeOld a clause: why a change that was answered before the question may be missing;
   *     empty when none is
   */
  record Described(List<TopicImage> topics, ClusterView cluster, Optional<String> mayBeOld)
      implements DescribeOutcome {
    /** Copies the list. */
    public Described {
      topics = List.copyOf(topics);
    }
  }

  /** A name is not known, though this broker has caught up with the quorum. */
  record DescribeRefused(Refusal refusal) implements DescribeOutcome {}
}
