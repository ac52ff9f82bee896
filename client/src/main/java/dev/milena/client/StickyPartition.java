package dev.milena.client;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.random.RandomGenerator;

/**
 * Chooses the partition for records without a key: one for about a batch, then another by chance
 * (KIP-480), so that batches are full without waiting.
 */
@OwnedBy(Owner.ANY_THREAD)
final class StickyPartition {
  private final RandomGenerator random;
  private final int batchBytes;
  private int partition;
  private int leftBytes;

  StickyPartition(RandomGenerator random, int batchBytes) {
    this.random = random;
    this.batchBytes = batchBytes;
  }

  /**
   * The partition for the next record.
   *
   * @param leaders partitions without a leader are passed over while others have one
   * @param recordBytes the record's size
   */
  synchronized int next(Leaders leaders, int recordBytes) {
    boolean gone = partition >= leaders.partitionCount() || leaders.of(partition).isEmpty();
    if (leftBytes <= 0 || gone) {
      partition = another(leaders);
      leftBytes = batchBytes;
    }
    leftBytes -= recordBytes;
    return partition;
  }

  private int another(Leaders leaders) {
    int count = leaders.partitionCount();
    int chosen = random.nextInt(count);
    for (int tries = 0; tries < count && unwanted(leaders, chosen); tries++) {
      chosen = (chosen + 1) % count;
    }
    return chosen;
  }

  private boolean unwanted(Leaders leaders, int candidate) {
    boolean same = candidate == partition && leaders.partitionCount() > 1;
    return same || leaders.of(candidate).isEmpty();
  }
}
