package dev.milena.metadata;

/**
 * How much of the cluster one broker carries; where a reassignment is under way, shall carry when
 * it is over.
 *
 * @param replicas of all partitions together
 * @param preferred how many of them come first, so that the broker should lead there
 */
public record BrokerLoad(int replicas, int preferred) {
  public static final BrokerLoad NONE = new BrokerLoad(0, 0);

  BrokerLoad plus(int moreReplicas, int morePreferred) {
    return new BrokerLoad(replicas + moreReplicas, preferred + morePreferred);
  }
}
