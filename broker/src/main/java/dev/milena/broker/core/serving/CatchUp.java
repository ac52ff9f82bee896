package dev.milena.broker.core.serving;

import dev.milena.broker.core.QuorumGateway;
import dev.milena.broker.core.Refusal;
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
  static final int MOST_WAITING = 1_000;
  private static final long TIMEOUT_MS = 2_000;

  private final QuorumGateway gateway;
  private final AppliedIndex applied;
  private List<Consumer<Outcome>> nextRound = new ArrayList<>();
  private boolean asking;

  /** What a call came to. */
  public enum Outcome {
    /** The image is as new as the call. */
    CAUGHT_UP,
    /** The quorum cannot be asked, or this broker does not follow it fast enough. */
    CUT_OFF,
    /** So many ask already that this one does not. */
    CROWDED
  }

  /** Asks through a gateway. */
  public CatchUp(QuorumGateway gateway, AppliedIndex applied) {
    this.gateway = gateway;
    this.applied = applied;
  }

  /** What to answer to whoever was {@link Outcome#CROWDED} out. */
  public Refusal crowded() {
    return Refusal.overloaded(
        "%s calls wait for this broker to catch up with the metadata quorum, the most there may be"
            .formatted(MOST_WAITING));
  }

  /** Tells when the image is as new as this call, or that it will not be in time. */
  public void run(Consumer<Outcome> caughtUp) {
    boolean full;
    synchronized (this) {
      full = nextRound.size() >= MOST_WAITING;
      if (!full) {
        nextRound.add(caughtUp);
      }
    }
    if (full) {
      caughtUp.accept(Outcome.CROWDED);
    } else {
      askUnlessAsking();
    }
  }

  private void askUnlessAsking() {
    List<Consumer<Outcome>> round;
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
      @Nullable ReadAnswer read, @Nullable Throwable failed, List<Consumer<Outcome>> round) {
    if (failed == null && read instanceof ReadAnswer.CaughtUp(long index)) {
      applied.await(index, TIMEOUT_MS, applied -> roundOver(outcomeOf(applied), round));
    } else {
      roundOver(Outcome.CUT_OFF, round);
    }
  }

  private static Outcome outcomeOf(AppliedIndex.Outcome applied) {
    return switch (applied) {
      case THERE -> Outcome.CAUGHT_UP;
      case LATE -> Outcome.CUT_OFF;
      case CROWDED -> Outcome.CROWDED;
    };
  }

  private void roundOver(Outcome caughtUp, List<Consumer<Outcome>> round) {
    synchronized (this) {
      asking = false;
    }
    askUnlessAsking();
    round.forEach(waiting -> waiting.accept(caughtUp));
  }
}
