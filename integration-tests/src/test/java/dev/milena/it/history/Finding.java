package dev.milena.it.history;

/**
 * Something that must not have happened.
 *
 * @param about the offset or the value's id, whichever it is about; with kind and partition it
 *     tells findings apart
 * @param witnesses who saw what, in words
 */
record Finding(Kind kind, int partition, long about, String witnesses) {
  /** What there is to find; the names are those of Jepsen's Kafka workload where it has one. */
  enum Kind {
    /** Acknowledged, and not readable at its offset in the end. */
    LOST,
    /** Read by a consumer, never acknowledged, and not readable at its offset in the end. */
    VANISHED,
    /** One record at two offsets. */
    DOUBLED,
    /** One offset with two values, over acknowledgements, consumers, time and replicas. */
    INCONSISTENT_OFFSET,
    /** A consumer read an offset that is not behind the last one it had read. */
    NONMONOTONIC_POLL,
    /** A consumer passed over an offset at which there is a record. */
    SKIPPED_POLL,
    /** In the end an offset between others has no record at all. */
    HOLE,
    /** The records of a producer are not in the order in which it sent them. */
    REORDERED,
    /** A value that is not whole, or is none of this partition. */
    DAMAGED,
    /** How far a partition can be read went back for one consumer. */
    WENT_BACK,
    /** A consumer was told that it cannot read on. */
    UNREADABLE,
    /** The client was certain that it is not stored, and it is. */
    REFUSED_YET_THERE,
    /** A record that nobody sent. */
    INVENTED,
    /** Two replicas differ, or one lacks something, below the end of what can be read. */
    DIVERGED,
    /** Along a replica's log the epoch of the leader decreases. */
    EPOCH_WENT_BACK
  }

  /** The same without the words. */
  Finding bare() {
    return new Finding(kind, partition, about, "");
  }
}
