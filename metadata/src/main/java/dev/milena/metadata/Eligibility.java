package dev.milena.metadata;

import java.util.function.IntPredicate;

/**
 * What a partition's rules must know of the world around its row.
 *
 * @param minInsync the topic's min.insync.replicas
 * @param mayLead tells which brokers may lead: up, not stopping, and not the one that just goes
 */
record Eligibility(int minInsync, IntPredicate mayLead) {
  /** As the image says. */
  static Eligibility of(ClusterImage image, TopicImage topic) {
    return new Eligibility(topic.minInsyncReplicas(), id -> BrokerChanges.mayLead(image, id));
  }

  /** The same, but for one broker that goes. */
  Eligibility without(int broker) {
    return new Eligibility(minInsync, id -> id != broker && mayLead.test(id));
  }

  /** The same, and one broker that comes. */
  Eligibility with(int broker) {
    return new Eligibility(minInsync, id -> id == broker || mayLead.test(id));
  }

  boolean mayLead(int broker) {
    return mayLead.test(broker);
  }
}
