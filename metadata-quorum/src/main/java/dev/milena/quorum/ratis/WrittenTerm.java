package dev.milena.quorum.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a voter's term and its vote are on its disk. Where they could not be written,
 * Ratis (3.3.0) goes on without: as a candidate that holds no election, or as a voter that gives
 * nobody its vote, for ever; and what it had written before is gone (see {@link TermReserve}).
 */
final class WrittenTerm {
  private static final Logger log = LoggerFactory.getLogger(WrittenTerm.class);

  /** How long an end waits: a disk may hang. */
  private static final Duration SECURE = Duration.ofSeconds(1);

  /** Ratis' new file for both, while it is written. */
  private static final String BEING_WRITTEN = MemberFolder.META_FILE + ".tmp";

  private final TermReserve reserve;
  private final Consumer<IOException> unwritable;
  private volatile Optional<RaftServer.Division> open = Optional.empty();

  /** Whether they were at the last look. */
  private boolean missing;

  /**
   * @param unwritable told when they cannot be written
   */
  WrittenTerm(TermReserve reserve, Consumer<IOException> unwritable) {
    this.reserve = reserve;
    this.unwritable = unwritable;
  }

  /** From now on it is about this log. */
  void of(RaftServer.Division division) {
    open = Optional.of(division);
  }

  /**
   * If term and vote are not on the disk, as they were not at the last look, has them written once
   * more, as a later term in which this voter follows. One thread at a time, which may wait.
   */
  void look(LocalPeer here) {
    Optional<RaftServer.Division> division = open;
    if (division.isEmpty() || !isLost(division.get())) {
      return;
    }
    try {
      writeAnew(here, division.get());
    } catch (RaftException | IllegalStateException stopping) {
      // Ratis throws the latter while it closes the log
      log.atDebug().setCause(stopping).log("the log is closed");
    } catch (IOException failure) {
      unwritable.accept(failure);
    }
  }

  /** At one look they may be about to be written; of two in a row that is not to be thought. */
  private boolean isLost(RaftServer.Division division) {
    boolean before = missing;
    missing = !isThere(division) && !Files.isRegularFile(current(division).resolve(BEING_WRITTEN));
    return missing && before;
  }

  /**
   * Whether the file has the term that Ratis is in, or a later one, as {@link #secure} writes. What
   * cannot be read, for want of file descriptors, say, tells nothing of what was written.
   */
  private static boolean isThere(RaftServer.Division division) {
    try {
      OptionalLong term = TermReserve.term(current(division));
      return term.isPresent() && term.getAsLong() >= division.getInfo().getCurrentTerm();
    } catch (IOException unreadable) {
      log.atDebug().setCause(unreadable).log("whether term and vote are written cannot be seen");
      return true;
    }
  }

  private static void writeAnew(LocalPeer here, RaftServer.Division division) throws IOException {
    long term = division.getInfo().getCurrentTerm() + 1;
    Optional<RaftPeer> voter = division.getRaftConf().getAllPeers().stream().findFirst();
    if (voter.isPresent()) {
      LaterTerm.begin(here, voter.get().getId(), term);
      log.atWarn()
          .addKeyValue("term", term)
          .log("this voter's term could not be written down at first; it goes on in a later one");
    }
  }

  /**
   * Puts term and vote where the next start finds them, if they are lost; waits a second at most.
   * For whoever is about to end this process, on any thread, and for who has closed the log.
   */
  void secure() {
    Optional<RaftServer.Division> division = open;
    if (division.isEmpty()) {
      return;
    }
    AtomicBoolean inTime = new AtomicBoolean(true);
    // who has Ratis' lock keeps it while it waits here, and lends it so
    boolean lent = Thread.holdsLock(division.get());
    Thread securing =
        Thread.ofPlatform()
            .daemon()
            .name("quorum-vote")
            .start(() -> {
              if (lent) {
                secure(division.get(), inTime);
                return;
              }
              synchronized (division.get()) {
                secure(division.get(), inTime);
              }
            });
    try {
      if (!securing.join(SECURE)) {
        log.atWarn().log("whether term and vote are on the disk was not to be seen in time");
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    } finally {
      inTime.set(false);
    }
  }

  /** With Ratis' lock, which is this thread's or lent. */
  private void secure(RaftServer.Division division, AtomicBoolean inTime) {
    if (isThere(division)) {
      return;
    }
    try {
      RaftStorageMetadata remembered = remembered(division);
      reserve.putBack(current(division), remembered, inTime::get);
      log.atWarn()
          .addKeyValue("remembered", remembered)
          .log("term and vote could not be written; later ones are put in their place");
    } catch (IOException failure) {
      log.atError()
          .setCause(failure)
          .log("term and vote are lost; remove this voter and add it again, emptied");
    }
  }

  /**
   * A term that is later than any in which this voter voted, and its vote in it its own: nobody
   * gets a second one. Others' requests for it wait for Ratis' lock; an election of its own does
   * not, and may be about to begin the next term with just this vote.
   */
  private static RaftStorageMetadata remembered(RaftServer.Division division) {
    return RaftStorageMetadata.valueOf(
        division.getInfo().getCurrentTerm() + 1, division.getMemberId().getPeerId());
  }

  private static Path current(RaftServer.Division division) {
    return division.getRaftStorage().getStorageDir().getCurrentDir().toPath();
  }
}
