package dev.milena.broker.core;

/** How the part of a produce that went to one partition ended. */
public sealed interface PartOutcome {
  /** The sentinel of {@link Written#logAppendTimeMs} on a topic that keeps its clients' times. */
  long CREATE_TIME = -1;

  /**
   * Stored, and as safe as the acks asked for.
   *
   * @param baseOffset of the first record; the others follow without a gap
   * @param recordCount how many records
   * @param logAppendTimeMs the broker's time of the append, or {@link #CREATE_TIME}
   * @param logStart the first offset still kept
   */
  record Written(long baseOffset, int recordCount, long logAppendTimeMs, long logStart)
      implements PartOutcome {}

  /**
   * acks=none: on its way to the log, with no promise. It is stored when its turn comes, however
   * late; it is lost when its log does not open before its deadline, or cannot be written to.
   */
  record Handed() implements PartOutcome {}

  /**
   * Certainly not stored, if the refusal says so ({@link Refusal#saysNothingStored}), else of
   * unknown outcome: {@link ErrorKind#TIMED_OUT}, {@link ErrorKind#STORAGE_OFFLINE} or {@link
   * ErrorKind#SHUTTING_DOWN} after the append, and the topic's deletion.
   */
  record NotWritten(Refusal refusal) implements PartOutcome {
    /** Says of every kind that leaves nothing in the log that it did not. */
    public NotWritten {
      refusal = refusal.kind().comesBeforeAppending() ? refusal.nothingStored() : refusal;
    }
  }
}
