package dev.milena.replication;

/**
 * When a follower counts and when it does not; milliseconds.
 *
 * @param lagMs a follower that has not caught up for so long leaves (replica.lag.time.max.ms)
 * @param rejoinMs one that left may come back after so long; twice as long each time it does not
 *     stay
 * @param mostRejoinMs at most so long
 * @param steadyMs one that stayed for so long starts at {@code rejoinMs} again
 * @param againMs a change of the ISR that was refused is looked at again after so long
 */
public record ReplicaSettings(
    long lagMs, long rejoinMs, long mostRejoinMs, long steadyMs, long againMs) {
  /** What a cluster uses unless told otherwise. */
  public static final ReplicaSettings DEFAULTS =
      new ReplicaSettings(10_000, 1_000, 60_000, 60_000, 500);
}
