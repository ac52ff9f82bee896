package dev.milena.records;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Chooses the partition of a key exactly as Kafka's clients do: murmur2 over the key's bytes, the
 * sign bit cleared, modulo the number of partitions. So a key lands in one partition whichever door
 * and client it comes through.
 */
public final class Partitioner {
  private static final int SEED = 0x9747b28c;
  private static final int MULTIPLIER = 0x5bd1e995;
  private static final int SHIFT = 24;

  private Partitioner() {}

  /**
   * The partition that a key belongs to.
   *
   * @param key from position to limit, which stay as they are; may be empty
   * @param partitionCount at least 1
   */
  public static int partitionOf(ByteBuffer key, int partitionCount) {
    if (partitionCount < 1) {
      throw new IllegalArgumentException("a topic has at least 1 partition, got " + partitionCount);
    }
    return (murmur2(key) & Integer.MAX_VALUE) % partitionCount;
  }

  /** MurmurHash2, 32 bit, with Kafka's seed, over little-endian words. */
  static int murmur2(ByteBuffer key) {
    int at = key.position();
    int length = key.remaining();
    boolean swapped = key.order() == ByteOrder.BIG_ENDIAN;
    int hash = SEED ^ length;
    for (int words = length >>> 2; words > 0; words--, at += Integer.BYTES) {
      int word = swapped ? Integer.reverseBytes(key.getInt(at)) : key.getInt(at);
      word *= MULTIPLIER;
      word ^= word >>> SHIFT;
      hash = (hash * MULTIPLIER) ^ (word * MULTIPLIER);
    }
    int rest = length & 3;
    if (rest > 0) {
      for (int i = rest - 1; i >= 0; i--) {
        hash ^= (key.get(at + i) & 0xff) << (8 * i);
      }
      hash *= MULTIPLIER;
    }
    hash ^= hash >>> 13;
    hash *= MULTIPLIER;
    return hash ^ (hash >>> 15);
  }
}
