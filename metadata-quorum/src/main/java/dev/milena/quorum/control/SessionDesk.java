package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Where the standing streams of brokers report, on every member; only the leader's is staffed. Any
 * thread may call; nothing here waits.
 */
public interface SessionDesk {
  /** Whether this member leads the quorum and has begun its duties. */
  boolean isStaffed();

  /**
   * A broker's stream has begun.
   *
   * @param session a number that names the stream, never used again in this process
   * @return false when nobody sits here or the desk is overrun: end the stream, the broker asks for
   *     the leader again
   */
  boolean opened(int broker, IncarnationId run, long session);

  /**
   * A broker was heard; false as in {@link #opened}, and where its stream was not opened in the
   * present term of this leader.
   *
   * @param wallMs what its wall clock showed, in milliseconds since 1970, if it said so
   */
  boolean beat(int broker, long session, Beat beat, OptionalLong wallMs);

  /**
   * How far the cluster's time is ahead of this machine's monotonic clock, in milliseconds; empty
   * while this member cannot tell. What a beat says counts from the controller's next turn on.
   */
  OptionalLong clusterTimeAheadMs();

  /** A stream is over. */
  void ended(int broker, long session);

  /**
   * Tells when every unfenced broker has acknowledged an index.
   *
   * @param timeoutMs how long to wait at most
   * @param answer called once, on the controller's thread: must not block. True when all have,
   *     false when the time is over, too many wait, or this member leads no longer
   */
  void awaitSpread(long index, long timeoutMs, Consumer<Boolean> answer);
}
