package dev.milena.metadata;

import java.util.Map;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/** Sums up what the records of one entry add to and take from each broker's load. */
final class LoadChanges {
  private static final int REPLICAS = 0;
  private static final int PREFERRED = 1;

  private final Map<Integer, int[]> changes = new TreeMap<>();

  void add(PartitionImage partition) {
    count(partition, 1);
  }

  void take(PartitionImage partition) {
    count(partition, -1);
  }

  private void count(PartitionImage partition, int by) {
    int place = 0;
    for (int broker : partition.settledReplicas()) {
      int[] change = changes.computeIfAbsent(broker, id -> new int[2]);
      change[REPLICAS] += by;
      change[PREFERRED] += place == 0 ? by : 0;
      place++;
    }
  }

  /** The loads after it all; a broker that carries nothing has none. */
  TreePMap<Integer, BrokerLoad> appliedTo(TreePMap<Integer, BrokerLoad> before) {
    TreePMap<Integer, BrokerLoad> after = before;
    for (var entry : changes.entrySet()) {
      int[] change = entry.getValue();
      BrokerLoad load =
          before
              .getOrDefault(entry.getKey(), BrokerLoad.NONE)
              .plus(change[REPLICAS], change[PREFERRED]);
      after =
          load.equals(BrokerLoad.NONE)
              ? after.minus(entry.getKey())
              : after.plus(entry.getKey(), load);
    }
    return after;
  }
}
