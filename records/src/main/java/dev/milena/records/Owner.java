package dev.milena.records;

/** Who may touch a mutable object; see {@link OwnedBy}. */
public enum Owner {
  /** The loop of the partition the object belongs to; one platform thread. */
  PARTITION_LOOP,
  /** A thread of the group flush. */
  FLUSH_THREAD,
  /** A thread that reads log files for a fetch. */
  READER_THREAD,
  /** The thread that Ratis applies committed entries on. */
  APPLY_THREAD,
  /** Whoever constructed the object, and nobody else. */
  CREATOR,
  /** Any thread: the object guards itself. */
  ANY_THREAD
}
