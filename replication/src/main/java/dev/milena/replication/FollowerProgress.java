package dev.milena.replication;

import java.util.TreeMap;

/** How far each follower is, as told in the present epoch. Kept by a leader. */
final class FollowerProgress {
  private final TreeMap<Integer, LogEnds> endsByFollower = new TreeMap<>();

  /** Takes a report; ends never go back within an epoch, so an old report arriving late is lost. */
  void progressed(int follower, LogEnds ends) {
    endsByFollower.merge(
        follower,
        ends,
        (known, told) ->
            new LogEnds(
                Math.max(known.logEnd(), told.logEnd()),
                Math.max(known.flushedEnd(), told.flushedEnd())));
  }

  /** What a follower told last, {@link LogEnds#UNKNOWN} before its first report. */
  LogEnds endsOf(int follower) {
    return endsByFollower.getOrDefault(follower, LogEnds.UNKNOWN);
  }
}
