package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which log is flushed next; does nothing itself, and takes the time as an argument.
 *
 * <p>Each log has at most one round running and one waiting, so the queue is bounded by the number
 * of logs. Who asks while a round waits joins it; who asks while one runs waits for the next. A
 * round for a single request runs at once. One that others have joined already belongs to a busy
 * log and gathers a little longer, since each sync costs the device a commit whatever its size.
 */
@OwnedBy(Owner.CREATOR)
final class FlushQueue {
  /** In answers: nothing will ever be due unless somebody asks. */
  static final long NEVER = Long.MAX_VALUE;

  private final long gatherNanos;
  private final Map<PartitionLog, Round> waiting = new LinkedHashMap<>();
  private final Set<PartitionLog> running = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * An empty queue.
   *
   * @param gatherNanos how long the round of a busy log waits, from its first request
   */
  FlushQueue(long gatherNanos) {
    this.gatherNanos = gatherNanos;
  }

  /** One sync of one log, and who wants to hear of it. */
  static final class Round {
    private FlushTarget target;
    private final long firstAtNanos;
    private final List<FlushListener> listeners = new ArrayList<>();
    private int requests;

    private Round(FlushTarget target, long firstAtNanos) {
      this.target = target;
      this.firstAtNanos = firstAtNanos;
    }

    FlushTarget target() {
      return target;
    }

    List<FlushListener> listeners() {
      return listeners;
    }

    /** How many requests the round answers. */
    int requests() {
      return requests;
    }
  }

  /** Takes a request over; a newer target takes the place of an older one. */
  void add(FlushTarget target, FlushListener listener, long nowNanos) {
    Round round = waiting.get(target.log());
    if (round == null) {
      round = new Round(target, nowNanos);
      waiting.put(target.log(), round);
    } else {
      round.target.drop();
      round.target = target;
    }
    round.requests++;
    if (!round.listeners.contains(listener)) {
      round.listeners.add(listener);
    }
  }

  /** Takes the first round that is due out of the queue and calls it running. */
  Optional<Round> next(long nowNanos) {
    for (Round round : waiting.values()) {
      if (!running.contains(round.target.log()) && nanosToWait(round, nowNanos) <= 0) {
        return Optional.of(start(round));
      }
    }
    return Optional.empty();
  }

  /** Takes the first round that could run, due or not. */
  Optional<Round> first() {
    for (Round round : waiting.values()) {
      if (!running.contains(round.target.log())) {
        return Optional.of(start(round));
      }
    }
    return Optional.empty();
  }

  /** How long until a round may be due, in nanoseconds; {@link #NEVER} when none waits. */
  long nanosToWait(long nowNanos) {
    long least = NEVER;
    for (Round round : waiting.values()) {
      if (!running.contains(round.target.log())) {
        least = Math.min(least, nanosToWait(round, nowNanos));
      }
    }
    return least;
  }

  void finished(Round round) {
    running.remove(round.target.log());
  }

  boolean isEmpty() {
    return waiting.isEmpty() && running.isEmpty();
  }

  private Round start(Round round) {
    waiting.remove(round.target.log());
    running.add(round.target.log());
    return round;
  }

  private long nanosToWait(Round round, long nowNanos) {
    return round.requests == 1 ? 0 : gatherNanos - (nowNanos - round.firstAtNanos);
  }
}
