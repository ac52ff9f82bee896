package dev.milena.broker.door.grpc;

import java.util.OptionalLong;

/**
 * How long a call's client has been taking for what it owes. Pure: times come in as arguments.
 *
 * @param phase what is waited for
 * @param phaseNanos since when
 * @param unreadNanos since when an answer waits to be taken, if one does
 */
record CallClock(Phase phase, long phaseNanos, OptionalLong unreadNanos) {
  /** What is waited for. */
  enum Phase {
    /** The whole request, of a call that sends one. */
    REQUEST,
    /** The rest of a message on a stream. */
    MESSAGE,
    /** Nothing: the request is complete, or a stream pauses between messages. */
    NOTHING,
    /** The end of a call that the door has ended. */
    END
  }

  /** What is to be done. */
  enum Verdict {
    /** Nothing. */
    WAIT,
    /** The request takes too long: end the call. */
    LATE,
    /** The client does not even take the end, or its answers while room is short: hang up. */
    HANG_UP
  }

  /**
   * How long clients may take.
   *
   * @param requestNanos for a request, or a message of a stream, from its beginning to its end
   * @param unreadNanos for an answer, while room for answers is short
   * @param endNanos for the end of a call
   * @param answersShort whether room for answers is short
   */
  record Patience(long requestNanos, long unreadNanos, long endNanos, boolean answersShort) {}

  /** A call has begun. */
  static CallClock started(long nowNanos) {
    return new CallClock(Phase.REQUEST, nowNanos, OptionalLong.empty());
  }

  /** The call is a stream of messages, which may pause between them. */
  CallClock streaming() {
    return phase == Phase.REQUEST ? in(Phase.NOTHING, phaseNanos) : this;
  }

  CallClock messageBegan(long nowNanos) {
    return phase == Phase.NOTHING ? in(Phase.MESSAGE, nowNanos) : this;
  }

  CallClock messageEnded() {
    return phase == Phase.MESSAGE ? in(Phase.NOTHING, phaseNanos) : this;
  }

  CallClock requestComplete() {
    return phase == Phase.END ? this : in(Phase.NOTHING, phaseNanos);
  }

  /** The door has ended the call. */
  CallClock ending(long nowNanos) {
    return phase == Phase.END ? this : in(Phase.END, nowNanos);
  }

  boolean isEnding() {
    return phase == Phase.END;
  }

  /** The first of the answers that wait was sent. */
  CallClock answered(long nowNanos) {
    return new CallClock(phase, phaseNanos, OptionalLong.of(nowNanos));
  }

  CallClock answersTaken() {
    return unreadNanos.isEmpty() ? this : new CallClock(phase, phaseNanos, OptionalLong.empty());
  }

  /** What is to be done now. */
  Verdict verdict(long nowNanos, Patience patience) {
    long waitedNanos = nowNanos - phaseNanos;
    boolean unread =
        patience.answersShort()
            && unreadNanos.isPresent()
            && nowNanos - unreadNanos.getAsLong() > patience.unreadNanos();
    boolean stuck = phase == Phase.END && waitedNanos > patience.endNanos();
    boolean late =
        (phase == Phase.REQUEST || phase == Phase.MESSAGE) && waitedNanos > patience.requestNanos();
    if (unread || stuck) {
      return Verdict.HANG_UP;
    }
    return late ? Verdict.LATE : Verdict.WAIT;
  }

  private CallClock in(Phase next, long nanos) {
    return new CallClock(next, nanos, unreadNanos);
  }
}
