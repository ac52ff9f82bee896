package dev.milena.simulation.cluster;

import dev.milena.simulation.InvariantBroken;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** After heal: all replicas are alike, epochs rise along them, and one broker led in each. */
record LogComparison(PartitionClients client, SimulatedCluster cluster) {
  void look() {
    StoredLog leaders = of(client.row().leader());
    for (int replica : client.row().replicas()) {
      alike(leaders, of(replica), replica);
    }
    epochsRise(leaders);
    oneAcknowledgesInAnEpoch(leaders);
  }

  private StoredLog of(int broker) {
    return StoredLog.of(cluster.node(broker).machine().disk(), client.folder());
  }

  private void alike(StoredLog leaders, StoredLog others, int broker) {
    long from = Math.max(leaders.logStart(), others.logStart());
    if (leaders.isEmpty() || others.isEmpty() || from >= leaders.logEnd()) {
      // retention may have taken all of one and not yet of the other
      return;
    }
    SortedMap<Long, ByteBuffer> mine = leaders.batches().tailMap(from);
    SortedMap<Long, ByteBuffer> its = others.batches().tailMap(from);
    if (!mine.equals(its)) {
      throw broken(
          "I5",
          "broker %d holds %s and its leader %d %s, or with other bytes"
              .formatted(broker, its.keySet(), client.row().leader(), mine.keySet()));
    }
  }

  private void epochsRise(StoredLog log) {
    int last = -1;
    for (long base : log.batches().keySet()) {
      int epoch = log.epochOf(base);
      if (epoch < last) {
        throw broken("I5", "epoch %d follows %d at offset %d".formatted(epoch, last, base));
      }
      last = epoch;
    }
  }

  private void oneAcknowledgesInAnEpoch(StoredLog log) {
    Map<Integer, Integer> leaders = new TreeMap<>();
    for (PartitionClients.Acknowledged one : client.acknowledgedBy()) {
      if (one.baseOffset() >= log.logStart() && one.baseOffset() < log.logEnd()) {
        int epoch = log.epochOf(one.baseOffset());
        Integer other = leaders.put(epoch, one.broker());
        if (other != null && other != one.broker()) {
          throw broken(
              "I6",
              "brokers %d and %d both acknowledged in epoch %d"
                  .formatted(other, one.broker(), epoch));
        }
      }
    }
  }

  private InvariantBroken broken(String invariant, String what) {
    return new InvariantBroken(invariant, client.where() + ": " + what);
  }
}
