package dev.milena.replication;

/**
 * Where the committed log ends (replication rule 2): the smallest counted end over the maximal ISR,
 * as long as enough replicas are in sync; never back.
 *
 * <pre>
 *   policy ack, min.insync.replicas 2, ISR {1,2,3}
 *   1 (leader)  ======= flushed 70 ---- log end 90
 *   2           ===== flushed 50 -- log end 80
 *   3           ====== flushed 60                      high watermark 50
 * </pre>
 */
final class HighWatermark {
  private HighWatermark() {}

  /** The high watermark that follows from what is known, at least {@code current}. */
  static long next(long current, int self, LogEnds own, Leading leading, PartitionFacts facts) {
    InSyncSet inSync = leading.inSync();
    if (inSync.counted() < facts.minInsync()) {
      return current;
    }
    ReplicaSet counting = inSync.maximal();
    long smallest = own.countedEnd(facts.flushPolicy());
    for (int place = 0; place < counting.size(); place++) {
      int id = counting.id(place);
      if (id != self) {
        long end = leading.followers().endsOf(id).countedEnd(facts.flushPolicy());
        smallest = Math.min(smallest, end);
      }
    }
    return Math.max(current, smallest);
  }
}
