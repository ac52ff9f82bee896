package dev.milena.replication;

import java.util.Optional;

/**
 * The in-sync replicas as a leader must count them: while a change is proposed and its outcome not
 * seen in the image, it may have happened or not, and both must be safe (KIP-497).
 *
 * <pre>
 *   committed {1,2,3}, proposed {1,2}     maximal {1,2,3}   counted 2
 *   committed {1,2},   proposed {1,2,3}   maximal {1,2,3}   counted 2
 * </pre>
 *
 * <p>A time-out of the proposal is no outcome: only the image settles it.
 */
final class InSyncSet {
  private ReplicaSet committed;
  private ReplicaSet maximal;
  private int counted;
  private Optional<ReplicaSet> proposed = Optional.empty();

  InSyncSet(ReplicaSet committed) {
    this.committed = committed;
    this.maximal = committed;
    this.counted = committed.size();
  }

  /** The image's set is this; a proposal, made or lost, is settled by it. */
  void settle(ReplicaSet isr) {
    committed = isr;
    proposed = Optional.empty();
    maximal = isr;
    counted = isr.size();
  }

  /** A change is about to be sent. At most one is on its way at a time. */
  void propose(ReplicaSet isr) {
    if (proposed.isPresent()) {
      throw new IllegalStateException("proposed " + isr + " while " + proposed + " is open");
    }
    proposed = Optional.of(isr);
    maximal = committed.union(isr);
    counted = Math.min(committed.size(), isr.size());
  }

  /** Whether a change is on its way. */
  boolean isProposed() {
    return proposed.isPresent();
  }

  /** The change was decided against, once and for all. */
  void withdraw() {
    settle(committed);
  }

  /** Everybody whose log end the high watermark waits for. */
  ReplicaSet maximal() {
    return maximal;
  }

  /** The size that is compared with min.insync.replicas. */
  int counted() {
    return counted;
  }
}
