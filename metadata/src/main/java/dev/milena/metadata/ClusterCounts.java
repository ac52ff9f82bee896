package dev.milena.metadata;

/**
 * What is counted over the life of a cluster; belongs to no topic and no broker.
 *
 * @param nextProducerId the first producer id that is nobody's yet; brokers get them from the
 *     quorum, and only its members need to know this
 * @param uncleanElections of leaders that were not eligible
 */
public record ClusterCounts(long nextProducerId, long uncleanElections) {
  /** Of a new cluster. */
  static final ClusterCounts NONE = new ClusterCounts(0, 0);

  ClusterCounts withNextProducerId(long next) {
    return new ClusterCounts(next, uncleanElections);
  }

  ClusterCounts withUncleanElections(long count) {
    return new ClusterCounts(nextProducerId, count);
  }
}
