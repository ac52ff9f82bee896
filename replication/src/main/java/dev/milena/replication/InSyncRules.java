package dev.milena.replication;

import java.util.Arrays;

/**
 * Who should be in sync (replication rule 4).
 *
 * <pre>
 *   leaves  has not caught up with the leader for lagMs
 *   joins   its counted end has reached the high watermark and the start of the leader's epoch,
 *           under the run that the image knows, unfenced, not stopping; a while after it left, or
 *           at once where fewer are in sync than min.insync.replicas, since writes wait for it
 * </pre>
 *
 * <p>Who is fenced leaves by the quorum's own doing. The counted end is the flushed one under
 * policy ack: a follower whose disk stands still must leave, or nothing is ever committed again.
 */
final class InSyncRules {
  /** In answers: nothing changes by time alone. */
  static final long NEVER = Long.MAX_VALUE;

  private static final long AT_ONCE = 0;

  private final int self;
  private final ReplicaSettings settings;

  InSyncRules(int self, ReplicaSettings settings) {
    this.self = self;
    this.settings = settings;
  }

  /**
   * What a leader looks at.
   *
   * @param own its log
   */
  record View(
      LogEnds own, long highWatermark, Leading leading, PartitionFacts facts, Standings standings) {
    private long countedEnd(Follower follower) {
      return follower.ends().countedEnd(facts.flushPolicy());
    }

    /** What a follower must have to join. */
    private long joinEnd() {
      return Math.max(highWatermark, leading.epochStart());
    }
  }

  /** The in-sync replicas as they should be; the image's when all is well. */
  ReplicaSet wanted(long nowMs, View view) {
    ReplicaSet replicas = view.facts().replicas();
    int[] ids = new int[replicas.size()];
    int size = 0;
    for (int place = 0; place < replicas.size(); place++) {
      int id = replicas.id(place);
      if (id == self || shouldBeIn(id, nowMs, view)) {
        ids[size++] = id;
      }
    }
    return ReplicaSet.of(Arrays.copyOf(ids, size));
  }

  /** When {@link #wanted} may have another answer without anything else happening. */
  long nextDueMs(View view) {
    long due = NEVER;
    ReplicaSet replicas = view.facts().replicas();
    for (int place = 0; place < replicas.size(); place++) {
      int id = replicas.id(place);
      if (id != self) {
        due =
            Math.min(
                due, view.leading().followers().of(id).map(f -> dueMs(id, f, view)).orElse(NEVER));
      }
    }
    return due;
  }

  private boolean shouldBeIn(int id, long nowMs, View view) {
    return view.leading()
        .followers()
        .of(id)
        .filter(follower ->
            view.facts().isr().contains(id)
                ? !isLate(follower, nowMs, view)
                : nowMs >= mayJoinMs(follower, view) && isThere(id, follower, view))
        .isPresent();
  }

  private boolean isLate(Follower follower, long nowMs, View view) {
    return view.countedEnd(follower) < view.own().logEnd()
        && nowMs - follower.caughtUpMs() > settings.lagMs();
  }

  private static long mayJoinMs(Follower follower, View view) {
    boolean tooFew = view.facts().isr().size() < view.facts().minInsync();
    return tooFew ? AT_ONCE : follower.mayJoinMs();
  }

  private static boolean isThere(int id, Follower follower, View view) {
    if (!view.standings().mayBeInSync(id)) {
      return false;
    }
    return view.countedEnd(follower) >= view.joinEnd()
        && follower.isHeardIn(view.standings().epochOf(id));
  }

  private long dueMs(int id, Follower follower, View view) {
    if (view.facts().isr().contains(id)) {
      boolean behind = view.countedEnd(follower) < view.own().logEnd();
      return behind ? follower.caughtUpMs() + settings.lagMs() + 1 : NEVER;
    }
    return isThere(id, follower, view) ? mayJoinMs(follower, view) : NEVER;
  }
}
