package dev.milena.quorum.ratis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.ratis.server.raftlog.RaftLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when the disk under the quorum's folder does not answer: a member whose log is
 * not written neither leads nor follows, and a leader of that kind, which its followers still hear,
 * has nothing agreed on (invariant I10).
 *
 * <p>Three things tell of it: entries at the end of the log whose sync does not come, a command
 * that is being written to the metadata, and the look at the log itself, which waits for a lock
 * that is held by who waits for the disk. The timer ticks; the look is made on a thread that may
 * wait.
 */
final class FolderWatch {
  private static final Logger log = LoggerFactory.getLogger(FolderWatch.class);

  /** How often to look, in milliseconds. */
  static final long LOOK_EVERY_MS = 250;

  private final Supplier<LocalPeer> peers;
  private final QuorumSettings settings;
  private final Executor blocking;
  private final Halt halt;
  private final OneAtATime looks;
  private final FolderStall rule;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile FolderReach latest = FolderReach.NONE;
  private volatile long lookUnderWay = NO_LOOK;

  private static final long NO_LOOK = -1;

  /** The timer's. */
  private long lookNumber;

  /**
   * @param peers this member as a peer of Ratis; another one after it was taken in anew
   * @param blocking runs what may wait
   * @param halt told once, without anything being written to the folder before
   */
  FolderWatch(Supplier<LocalPeer> peers, QuorumSettings settings, Executor blocking, Halt halt) {
    this.peers = peers;
    this.settings = settings;
    this.blocking = blocking;
    this.halt = halt;
    looks = new OneAtATime(blocking);
    rule = new FolderStall(settings.tuning().stallMs());
  }

  /** Looks once; waits for nothing. */
  void tick() {
    LocalPeer peer = peers.get();
    List<FolderStall.Out> out = new ArrayList<>();
    latest.unsynced(peer).ifPresent(out::add);
    peer.replica()
        .writingIndex()
        .ifPresent(index -> out.add(new FolderStall.Out("a write of the metadata", index)));
    long look = lookUnderWay;
    if (look != NO_LOOK) {
      out.add(new FolderStall.Out("who holds the quorum's log", look));
    }
    rule.look(out, TimeUnit.NANOSECONDS.toMillis(System.nanoTime())).ifPresent(this::act);
    if (peer.takesPart()) {
      long number = ++lookNumber;
      looks.offer(() -> look(peer, number));
    }
  }

  private void look(LocalPeer peer, long number) {
    lookUnderWay = number;
    try {
      latest = reach(peer);
    } finally {
      lookUnderWay = NO_LOOK;
    }
  }

  private static FolderReach reach(LocalPeer peer) {
    try {
      RaftLog entries = peer.server().getDivision(peer.calls().groupId()).getRaftLog();
      // in this order: what comes between the two makes a log look further on the disk, not less
      long last = entries.getNextIndex() - 1;
      return new FolderReach(peer, last, entries.getFlushIndex());
    } catch (IOException | IllegalStateException closed) {
      // Ratis throws the latter while it closes the log
      return FolderReach.NONE;
    }
  }

  /**
   * Words are written by a thread that may wait: for the same disk, if the log of events is on it.
   */
  private void act(FolderStall.Silent silent) {
    if (!silent.isFinal()) {
      blocking.execute(() -> warn(silent));
    } else if (ended.compareAndSet(false, true)) {
      String why = EndReason.folderSilent(settings, silent.what(), silent.ms());
      halt.halt(why, new IOException(why));
    }
  }

  private void warn(FolderStall.Silent silent) {
    log.atWarn()
        .addKeyValue("folder", settings.folder())
        .addKeyValue("waitsFor", silent.what())
        .addKeyValue("ms", silent.ms())
        .log(
            "the disk of the quorum's folder is slow: the process ends when it takes twice as long");
  }
}
