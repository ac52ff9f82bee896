package dev.milena.node;

import dev.milena.metadata.BrokerImage;
import dev.milena.node.http.Readiness;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Whether clients should be sent to this node: it has started, its log directories can be used, it
 * is let in, and it keeps up with a quorum that has a leader and gets things agreed on. Asked on
 * any thread, at every question anew.
 */
@OwnedBy(Owner.ANY_THREAD)
final class NodeReadiness {
  private final long sessionMs;
  private final AtomicReference<Readiness> stage = new AtomicReference<>(Readiness.STARTING);
  private volatile Supplier<Standing> standing = () -> Standing.NONE;

  /**
   * How the node stands in its cluster.
   *
   * @param row its own, as it knows it
   * @param staleMs milliseconds since the node's metadata was, for sure, all that a quorum with a
   *     leader had agreed on; empty when it never was
   * @param storageWorks whether every log directory can be used
   */
  record Standing(Optional<BrokerImage> row, OptionalLong staleMs, boolean storageWorks) {
    static final Standing NONE = new Standing(Optional.empty(), OptionalLong.empty(), true);
  }

  /**
   * @param sessionMs broker.session.timeout.ms: who hears of no leader, or does not keep up with
   *     one, for so long must think that it is fenced
   */
  NodeReadiness(long sessionMs) {
    this.sessionMs = sessionMs;
  }

  /** Everything has started. */
  void started(Supplier<Standing> now) {
    standing = now;
    stage.compareAndSet(Readiness.STARTING, Readiness.READY);
  }

  /** From now on the node is not ready. */
  void stopping() {
    stage.set(Readiness.STOPPING);
  }

  Readiness now() {
    Readiness reached = stage.get();
    return reached == Readiness.READY ? of(standing.get(), sessionMs) : reached;
  }

  /** The rule, for a node that has started. */
  static Readiness of(Standing now, long sessionMs) {
    if (!now.storageWorks()) {
      return Readiness.STORAGE_OFFLINE;
    }
    if (now.staleMs().orElse(Long.MAX_VALUE) >= sessionMs) {
      return Readiness.NO_QUORUM;
    }
    return now.row().filter(row -> !row.fenced()).isPresent() ? Readiness.READY : Readiness.FENCED;
  }
}
