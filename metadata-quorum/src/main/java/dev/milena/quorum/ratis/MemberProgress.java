package dev.milena.quorum.ratis;

import dev.milena.quorum.view.KeepingUp;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this member keeps up: a leader that is heard of is not enough, where nothing can be
 * agreed on, or where a member does not take in or apply what was.
 *
 * <p>What counts is its own log to its end, and what any member has said to be agreed on. The end
 * of the log is under a lock of Ratis' that may be held for as long as a disk does not answer: the
 * looking is done on a thread that may wait, one at a time, and while it waits the member falls
 * behind, as it should. {@link #behindMs} waits for nothing.
 */
final class MemberProgress {
  private static final Logger log = LoggerFactory.getLogger(MemberProgress.class);

  /** How often to look, in milliseconds: what keeps up is behind for two looks at most. */
  static final long LOOK_EVERY_MS = 250;

  /** Longer than a leader stays one without being answered. */
  private static final long SAID_AFTER_MS = 3_000;

  private final Supplier<LocalPeer> peers;
  private final OneAtATime looks;
  private final KeepingUp keepingUp = new KeepingUp();
  private Optional<LocalPeer> lookedAt = Optional.empty();
  private volatile Place latest = new Place(-1, -1);
  private volatile long keptUpMs = nowMs();

  /** The timer's: whether it was said last that it does not keep up. */
  private boolean said;

  /** What it knew of and had applied at a look. */
  private record Place(long knownIndex, long appliedIndex) {}

  /**
   * @param peers this member as a peer of Ratis; another one after it was taken in anew
   * @param blocking runs what may wait
   */
  MemberProgress(Supplier<LocalPeer> peers, Executor blocking) {
    this.peers = peers;
    looks = new OneAtATime(blocking);
  }

  /** From now on, until the timer ends. */
  void begin(ScheduledExecutorService timer) {
    Looks.every(timer, LOOK_EVERY_MS, this::lookApart);
  }

  /**
   * For how long it has not applied what it knew of, in milliseconds, two looks more at most; any
   * thread.
   */
  long behindMs() {
    return Math.max(0, nowMs() - keptUpMs);
  }

  private void lookApart() {
    say();
    looks.offer(this::look);
  }

  private void look() {
    LocalPeer peer = peers.get();
    if (!lookedAt.equals(Optional.of(peer))) {
      lookedAt = Optional.of(peer);
      keepingUp.forget();
    }
    OptionalLong known = knownIndex(peer);
    long appliedIndex = peer.replica().view().appliedIndex();
    long now = nowMs();
    if (known.isPresent()) {
      keepingUp.look(known.getAsLong(), appliedIndex, now);
    } else {
      keepingUp.forget();
    }
    keptUpMs = keepingUp.keptUpMs(now);
    latest = new Place(known.orElse(-1), appliedIndex);
  }

  /** Nothing while the log is not open. */
  private static OptionalLong knownIndex(LocalPeer peer) {
    try {
      RaftServer.Division division = peer.server().getDivision(peer.calls().groupId());
      long agreed =
          division.getCommitInfos().stream()
              .mapToLong(CommitInfoProto::getCommitIndex)
              .max()
              .orElse(-1);
      return OptionalLong.of(Math.max(agreed, division.getRaftLog().getNextIndex() - 1));
    } catch (IOException | IllegalStateException notOpen) {
      // Ratis throws the latter while it opens or closes the log
      return OptionalLong.empty();
    }
  }

  /** Also while a look waits for the disk. */
  private void say() {
    long ms = behindMs();
    boolean behind = ms >= SAID_AFTER_MS;
    if (behind == said) {
      return;
    }
    said = behind;
    Place place = latest;
    if (behind) {
      log.atWarn()
          .addKeyValue("known", place.knownIndex())
          .addKeyValue("applied", place.appliedIndex())
          .addKeyValue("ms", ms)
          .log(
              "this member does not keep up: nothing is agreed on, or it has not taken in yet what was; kafkactl quorum --describe says who leads and who answers");
    } else {
      log.atInfo().addKeyValue("applied", place.appliedIndex()).log("this member keeps up again");
    }
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
