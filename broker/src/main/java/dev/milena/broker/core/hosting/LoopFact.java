package dev.milena.broker.core.hosting;

import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.log.CorruptLog;
import dev.milena.log.FlushResult;
import dev.milena.log.PartitionLog;
import dev.milena.log.SegmentInspection;
import dev.milena.metadata.PartitionId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Something that happened elsewhere and concerns a loop. Facts are never refused: each has a bound
 * of its own (one opening or deletion a loop, one flush and one refused ISR a partition, one stop;
 * of what followers and leaders say, what {@link OfCopies} tells).
 */
public sealed interface LoopFact {
  /** A log was opened. */
  record OpenDone(PartitionId id, LogStorage.Stored stored) implements LoopFact {}

  /**
   * A log could not be opened.
   *
   * @param noSpace the disk is full: worth another try
   * @param reason what is wrong with which file
   * @param damage the batch that is damaged or gone, where one is to blame
   */
  record OpenFailed(PartitionId id, boolean noSpace, String reason, Optional<CorruptLog> damage)
      implements LoopFact {}

  /**
   * A dropped partition's log is deleted.
   *
   * @param tried which
   * @param gone or not: to be tried again
   */
  record DeletionOver(LogDeletions.Owed tried, boolean gone) implements LoopFact {}

  /** A round of the group flush is over. */
  record FlushDone(PartitionId id, FlushResult result) implements LoopFact {}

  /** The quorum decided against the in-sync replicas that a leader wanted of a row. */
  record IsrRefused(PartitionId id, int partitionEpoch) implements LoopFact {}

  /**
   * Something about copies. Records that come from leaders are bounded by the credit that was
   * given, reads for followers by what each may have under way, the others are short and as many as
   * partitions.
   */
  sealed interface OfCopies extends LoopFact {}

  /** A broker that copies a partition said something. */
  record HeardFollower(FollowerSession follower, FollowerWord word) implements OfCopies {}

  /** A follower's stream is over. */
  record FollowerGone(FollowerSession follower) implements OfCopies {}

  /** There may be room for records of a partition in a follower's stream again. */
  record FollowerReady(FollowerSession follower, PartitionId id) implements OfCopies {}

  /**
   * A read for a follower is over.
   *
   * @param bounds as it began: the offset, and in which epoch
   * @param batches empty when nothing could be read, which was said
   * @param reservedBytes for it at its session
   * @param copy as what they were reserved
   */
  record FeedRead(
      PartitionId id,
      FollowerSession session,
      LogBounds bounds,
      Optional<ByteBuffer> batches,
      int reservedBytes,
      FollowerSession.Copy copy)
      implements OfCopies {}

  /** A broker that leads said something. */
  record HeardLeader(int leader, LeaderWord word) implements OfCopies {}

  /** The way to a broker that leads is new. */
  record AskAgain(int leader) implements OfCopies {}

  /**
   * Bytes of a log were found damaged, or may be: one for each read and each segment looked over.
   *
   * @param offset at or in front of them
   */
  record DamageFound(PartitionId id, PartitionLog log, long offset) implements OfCopies {}

  /**
   * Somebody wants to look over the segment that holds an offset, or where the log starts if that
   * is later; one at a time.
   *
   * @param given takes what he has to close; empty when there is nothing flushed from there on
   */
  record InspectionWanted(PartitionId id, long from, Consumer<Optional<SegmentInspection>> given)
      implements OfCopies {}

  /**
   * A part of a segment was looked over, one at a time for each partition.
   *
   * @param finding empty when it could not be read for now
   */
  record LookedOver(
      PartitionId id, SegmentInspection inspection, Optional<SegmentInspection.Finding> finding)
      implements OfCopies {}

  /** A follower's log is to begin anew, empty, at an offset; it is open as this. */
  record BeginAnew(PartitionId id, PartitionLog log, long offset) implements OfCopies {}

  /** A directory's disk does not answer, as its logs say themselves; one for each directory. */
  record DirectoryGivenUp() implements LoopFact {}

  /** Run something once every partition assigned so far is open, or cannot be. */
  record WhenSettled(Runnable run) implements LoopFact {}

  /** Finish: close every partition, then run something. */
  record Stop(Runnable stopped) implements LoopFact {}
}
