package dev.milena.broker.core.serving;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.metadata.ReadAnswer;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings this broker's image up to the quorum before "unknown topic" is said. One question is on
 * its way at a time: who comes meanwhile shares the next one, since an index that was asked for
 * earlier proves nothing about a change that was answered later.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class CatchUp {
  private static final int MOST_WAITING = 1_000;
  private static final long TIMEOUT_MS = 2_000;

  private final QuorumGateway gateway;
  private final AppliedIndex applied;
  private List<Consumer<Boolean>> nextRound = new ArrayList<>();
  private boolean asking;

  /** Asks through a gateway. */
  public CatchUp(QuorumGateway gateway, AppliedIndex applied) {
    this.gateway = gateway;
    this.applied = applied;
  }

  /** Tells when the image is as new as this call; with false when the quorum cannot be asked. */
  public void run(Consumer<Boolean> caughtUp) {
    boolean full;
    synchronized (this) {
      full = nextRound.size() >= MOST_WAITING;
      if (!full) {
        nextRound.add(caughtUp);
      }
    }
    if (full) {
      caughtUp.accept(false);
    } else {
      askUnlessAsking();
    }
  }

  private void askUnlessAsking() {
    List<Consumer<Boolean>> round;
    synchronized (this) {
      if (asking || nextRound.isEmpty()) {
        return;
      }
      asking = true;
      round = nextRound;
      nextRound = new ArrayList<>();
    }
    var _ =
        gateway
            .readIndex(TIMEOUT_MS)
            .whenComplete((read, failed) -> indexKnown(read, failed, round));
  }

  private void indexKnown(
      @Nullable ReadAnswer read, @Nullable Throwable failed, List<Consumer<Boolean>> round) {
    if (failed == null && read instanceof ReadAnswer.CaughtUp(long index)) {
      applied.await(index, TIMEOUT_MS, there -> roundOver(there, round));
    } else {
      roundOver(false, round);
    }
  }

  private void roundOver(boolean caughtUp, List<Consumer<Boolean>> round) {
    synchronized (this) {
      asking = false;
    }
    askUnlessAsking();
    round.forEach(waiting -> waiting.accept(caughtUp));
  }
}
