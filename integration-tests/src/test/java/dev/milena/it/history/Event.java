package dev.milena.it.history;

/**
 * One line of a history.
 *
 * <p>Producers, consumers and nodes are numbered. The order counts among the events of one actor
 * alone: histories of several may be told one after another.
 */
sealed interface Event {
  /**
   * One record: whose it is, and the how many-eth of that producer in that partition, from 0.
   *
   * @param producer less than {@link #MOST_PRODUCERS}
   */
  record Value(int partition, int producer, long sequence) {
    static final int MOST_PRODUCERS = 1 << 15;

    private static final int SEQUENCE_BITS = 40;

    /** One number for producer and sequence, never 0. */
    long id() {
      return (((long) producer << SEQUENCE_BITS) | sequence) + 1;
    }

    static Value of(int partition, long id) {
      long number = id - 1;
      return new Value(
          partition, (int) (number >>> SEQUENCE_BITS), number & ((1L << SEQUENCE_BITS) - 1));
    }

    @Override
    public String toString() {
      return "record %s of producer %s in partition %s".formatted(sequence, producer, partition);
    }
  }

  /** A record was given to the client, at this time. */
  record Sent(Value value, long atMs) implements Event {}

  /**
   * It was acknowledged.
   *
   * @param offset {@link #NOWHERE} when nobody says where it is
   */
  record Acked(Value value, long offset, long sentMs, long atMs) implements Event {
    static final long NOWHERE = -1;
  }

  /** It failed, and the client is certain that it is not stored. */
  record Refused(Value value, long atMs) implements Event {}

  /** It failed, and may be stored. What has no outcome at all counts like this, too. */
  record Unknown(Value value, long atMs) implements Event {}

  /** A consumer read it. All consumers begin at offset 0. */
  record Polled(int consumer, long offset, Value value) implements Event {}

  /** A fresh reader found it after all was whole again. */
  record Found(long offset, Value value) implements Event {}

  /** What a consumer, or the fresh reader, read is none of ours, or not whole. */
  record Damaged(String reader, int partition, long offset, String why) implements Event {}

  /**
   * A consumer was told how far a partition can be read.
   *
   * @param asked whether it asked for just that, or was told beside records, which may have been
   *     fetched before it asked
   */
  record EndSeen(int consumer, int partition, long end, boolean asked) implements Event {}

  /** A consumer was told that it cannot read on; it tried again at the same offset. */
  record ReadingEnded(int consumer, int partition, long offset, String reason) implements Event {}

  /**
   * A record as it lies in the log of a node, after all was whole again.
   *
   * @param epoch of the leader that appended its batch
   * @param print of the whole batch's bytes
   */
  record Stored(int node, long offset, Value value, int epoch, int print) implements Event {}
}
