package dev.milena.it.history;

import java.util.BitSet;

/** What one producer sent to one partition, by sequence, and where it was seen. */
final class ProducerHistory {
  final BitSet sent = new BitSet();
  final BitSet acked = new BitSet();
  final BitSet refused = new BitSet();
  final BitSet failed = new BitSet();

  /** Said to be, or seen to be, anywhere. */
  final BitSet seen = new BitSet();

  final BitSet inTheEnd = new BitSet();
  final BitSet doubled = new BitSet();

  /** One more than the offset of the acknowledgement; 0 where it said none, or there is none. */
  final LongArray ackedAt = new LongArray();

  /** One more than the offset at which it was first seen, or said to be; 0 where it was not. */
  final LongArray firstAt = new LongArray();

  /** The last sequence on the walk over the partition in the end; -1 before the first. */
  long lastInOrder = -1;
}
