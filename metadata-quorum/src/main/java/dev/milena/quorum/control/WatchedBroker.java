package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;
import java.util.Optional;

/**
 * One registered broker in the eyes of the leader of the quorum. Holds the rules for one broker;
 * {@link BrokerLiveness} holds them all together. Times are on the leader's monotonic clock.
 *
 * <pre>
 *   unfenced, stream open    --no beat for a session-->                       Fence
 *   unfenced, stream broken  --dial--> refused, or another run answers        Fence
 *                                  \-> answered: dial again after the grace
 *                                  \-> silent:   dial again after the grace
 *                            --nothing heard for a session-->                 Fence
 *   a loop that does not turn, or a disk that it has not given up in time      Fence
 *   stopping                 --has given away what it could, or takes long--> Fence
 *   fenced, stream open      --ready, and knows its present row-->            Unfence
 * </pre>
 */
final class WatchedBroker {
  private static final long NO_SESSION = -1;
  private static final long NEVER = Long.MAX_VALUE;
  private static final long RETRY_MS = 200;

  /** A broker gives a silent disk up by itself; this is for one that cannot. */
  static final long OWN_WATCH_MS = 2_000;

  private final LivenessSettings settings;
  private WatchedRow row;
  private long session = NO_SESSION;
  private long newestSession = NO_SESSION;
  private Beat lastBeat = new Beat(-1, false, false);
  private long heardMs;
  private long stoppingSinceMs = NEVER;
  private long dialAtMs;
  private boolean dialling;
  private Optional<String> surelyGone = Optional.empty();
  private boolean commanded;
  private long commandAtMs;

  WatchedBroker(LivenessSettings settings, WatchedRow row, long nowMs) {
    this.settings = settings;
    this.row = row;
    this.heardMs = nowMs;
    this.dialAtMs = nowMs;
    rowIs(row, nowMs);
  }

  WatchedRow row() {
    return row;
  }

  /** The image's row is this now. */
  void rowIs(WatchedRow newer, long nowMs) {
    boolean otherRun = !newer.incarnation().equals(row.incarnation());
    boolean unfencedNow = row.fenced() && !newer.fenced();
    if (newer.brokerEpoch() != row.brokerEpoch()) {
      commanded = false;
      commandAtMs = nowMs;
    }
    if (otherRun || unfencedNow) {
      heardMs = nowMs;
      dialAtMs = nowMs;
      surelyGone = Optional.empty();
    }
    if (otherRun) {
      session = NO_SESSION;
      lastBeat = new Beat(-1, false, false);
    }
    if (!newer.stopping()) {
      stoppingSinceMs = NEVER;
    } else if (stoppingSinceMs == NEVER) {
      stoppingSinceMs = nowMs;
    }
    row = newer;
  }

  /** A stream of this run is open; an older one of it is void from here on. */
  boolean sessionOpened(long newSession, IncarnationId run, long nowMs) {
    if (!run.equals(row.incarnation()) || newSession < newestSession) {
      return false;
    }
    session = newSession;
    newestSession = newSession;
    heardMs = nowMs;
    surelyGone = Optional.empty();
    return true;
  }

  void beat(long ofSession, Beat beat, long nowMs) {
    if (ofSession == session) {
      lastBeat = beat;
      heardMs = nowMs;
    }
  }

  void sessionEnded(long ended, long nowMs) {
    if (ended == session) {
      session = NO_SESSION;
      dialAtMs = nowMs;
    }
  }

  void dialled(DialOutcome outcome, long nowMs) {
    dialling = false;
    dialAtMs = nowMs + settings.graceMs();
    if (session != NO_SESSION) {
      return;
    }
    surelyGone =
        switch (outcome) {
          case DialOutcome.Refused() -> Optional.of("nobody listens at its address any more");
          case DialOutcome.Answered(IncarnationId run) when !run.equals(row.incarnation()) ->
              Optional.of("another run answers at its address");
          case DialOutcome.Answered _, DialOutcome.Silent _ -> Optional.empty();
        };
  }

  /** The command that was asked for did not come about; it is asked for again after a pause. */
  void commandFailed(long nowMs) {
    commanded = false;
    commandAtMs = nowMs + RETRY_MS;
  }

  /** Up to where this broker knows the metadata. */
  long acknowledgedIndex() {
    return lastBeat.acknowledgedIndex();
  }

  /**
   * Whether clients may take it for one that is up: not when it is known to be gone, though its
   * fencing takes an entry of the log yet.
   */
  boolean mayAnswer() {
    return !row.fenced() && !isGone();
  }

  private boolean isGone() {
    return !hasSession() && surelyGone.isPresent();
  }

  boolean hasSession() {
    return session != NO_SESSION;
  }

  /** Milliseconds since it was heard of last. */
  long silentMs(long nowMs) {
    return nowMs - heardMs;
  }

  /** What should be done now; it counts as under way from here on. */
  Optional<Duty> due(long nowMs) {
    Optional<Duty> command = commanded || nowMs < commandAtMs ? Optional.empty() : command(nowMs);
    if (command.isPresent()) {
      commanded = true;
      return command;
    }
    if (!row.fenced() && !hasSession() && !dialling && nowMs >= dialAtMs) {
      dialling = true;
      return Optional.of(new Duty.Dial(row.id(), row.host(), row.port()));
    }
    return Optional.empty();
  }

  /** When {@link #due} may have something to say without anything else happening. */
  long nextDueMs() {
    if (row.fenced()) {
      return mayUnfence() && !commanded ? commandAtMs : NEVER;
    }
    long dial = hasSession() || dialling ? NEVER : dialAtMs;
    return Math.min(dial, commanded ? NEVER : Math.max(commandAtMs, fenceAtMs()));
  }

  private long fenceAtMs() {
    boolean now =
        surelyGone.isPresent() || (row.stopping() && lastBeat.leaving()) || stuck().isPresent();
    long stopped = row.stopping() ? stoppingSinceMs + settings.stopMs() : NEVER;
    return now ? commandAtMs : Math.min(stopped, heardMs + settings.sessionMs());
  }

  private Optional<Duty> command(long nowMs) {
    if (row.fenced()) {
      return mayUnfence()
          ? Optional.of(new Duty.Unfence(row.id(), row.brokerEpoch()))
          : Optional.empty();
    }
    return reasonToFence(nowMs).map(why -> new Duty.Fence(row.id(), row.brokerEpoch(), why));
  }

  /** Who says so itself is up and of no use: others lead until it says otherwise. */
  private Optional<String> stuck() {
    Silence silence = hasSession() ? lastBeat.silence() : Silence.NONE;
    if (silence.stepMs() >= settings.stallMs()) {
      return Optional.of(
          "a partition loop of it has not made a step for %s ms, disk.stall.ms is %s"
              .formatted(silence.stepMs(), settings.stallMs()));
    }
    return silence.callMs() >= settings.stallMs() + OWN_WATCH_MS
        ? Optional.of(
            "a disk of it has not answered for %s ms and is not given up, disk.stall.ms is %s"
                .formatted(silence.callMs(), settings.stallMs()))
        : Optional.empty();
  }

  private boolean mayUnfence() {
    return hasSession()
        && lastBeat.ready()
        && !row.stopping()
        && stuck().isEmpty()
        && lastBeat.acknowledgedIndex() >= row.sinceIndex();
  }

  private Optional<String> reasonToFence(long nowMs) {
    if (row.stopping() && lastBeat.leaving()) {
      return Optional.of("it is stopping and has given away what it could");
    }
    if (row.stopping() && nowMs - stoppingSinceMs >= settings.stopMs()) {
      return Optional.of(
          "it has been stopping for %s ms, at most %s are given"
              .formatted(nowMs - stoppingSinceMs, settings.stopMs()));
    }
    if (isGone()) {
      return surelyGone;
    }
    Optional<String> stuck = stuck();
    if (stuck.isPresent()) {
      return stuck;
    }
    return silentMs(nowMs) >= settings.sessionMs()
        ? Optional.of(
            "nothing was heard of it for %s ms, broker.session.timeout.ms is %s"
                .formatted(silentMs(nowMs), settings.sessionMs()))
        : Optional.empty();
  }
}
