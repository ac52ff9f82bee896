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
 * Brings this broker's image up to the quorum before it is spoken from. One question is on its way
 * at a time: who comes meanwhile shares the next one, since an index that was asked for earlier
 * proves nothing about a change that was answered later.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class CatchUp {
  static final int MOST_WAITING = 1_000;

  private final QuorumGateway gateway;
  private final AppliedIndex applied;
  private final long timeoutMs;
  private List<Consumer<Outcome>> nextRound = new ArrayList<>();
  private boolean asking;

  /** What a call came to. */
  public sealed interface Outcome {
    /** The image is as new as the call. */
    record CaughtUp() implements Outcome {}

    /**
     * The image may be older than the call.
     *
     * @param why a clause: the quorum cannot be asked, or this broker does not follow it fast
     *     enough
     */
    record Behind(String why) implements Outcome {}

    /**
     * So many wait already that this call does not.
     *
     * @param refusal says for what, and how many
     */
    record Crowded(Refusal refusal) implements Outcome {}
  }

  /**
   * Asks through a gateway.
   *
   * @param timeoutMs how long a question may take, and then the image again
   */
  public CatchUp(QuorumGateway gateway, AppliedIndex applied, long timeoutMs) {
    this.gateway = gateway;
    this.applied = applied;
    this.timeoutMs = timeoutMs;
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
      caughtUp.accept(
          crowded(MOST_WAITING, "for this broker to catch up with the metadata quorum"));
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
            .readIndex(timeoutMs)
            .whenComplete((read, failed) -> indexKnown(read, failed, round));
  }

  private void indexKnown(
      @Nullable ReadAnswer read, @Nullable Throwable failed, List<Consumer<Outcome>> round) {
    if (read == null || failed != null) {
      roundOver(cutOff(failed == null ? "no answer" : failed.toString()), round);
      return;
    }
    switch (read) {
      case ReadAnswer.CaughtUp(long index) ->
          applied.await(index, timeoutMs, applied -> roundOver(outcomeOf(applied), round));
      case ReadAnswer.Unavailable(String why) -> roundOver(cutOff(why), round);
    }
  }

  private Outcome outcomeOf(AppliedIndex.Outcome applied) {
    return switch (applied) {
      case THERE -> new Outcome.CaughtUp();
      case LATE ->
          new Outcome.Behind(
              "this broker is behind the metadata quorum and did not catch up within %s ms"
                  .formatted(timeoutMs));
      case CROWDED ->
          crowded(AppliedIndex.MOST_WAITING, "for this broker's metadata to show a change");
    };
  }

  private static Outcome cutOff(String why) {
    return new Outcome.Behind("the metadata quorum cannot be asked (%s)".formatted(why));
  }

  private static Outcome crowded(int most, String forWhat) {
    return new Outcome.Crowded(
        Refusal.overloaded("%s calls wait %s, the most there may be".formatted(most, forWhat)));
  }

  private void roundOver(Outcome caughtUp, List<Consumer<Outcome>> round) {
    synchronized (this) {
      asking = false;
    }
    askUnlessAsking();
    round.forEach(waiting -> waiting.accept(caughtUp));
  }
}
