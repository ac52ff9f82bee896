package dev.milena.it.history;

/** What lies in the log of one node for one partition. */
final class ReplicaHistory {
  /** Ids of values, by offset; 0 where there is none. */
  final LongArray values = new LongArray();

  /** Prints of their batches, by offset. */
  final LongArray prints = new LongArray();

  int lastEpoch = -1;
}
