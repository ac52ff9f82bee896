package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Reached;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link ReachedNotes} up to date and on the disk. The membership's thread owns it, but for
 * {@link #tell} and {@link #finish}, which are for any.
 */
final class ReachedKeeper {
  private static final Logger log = LoggerFactory.getLogger(ReachedKeeper.class);

  /** How often it is looked: a leader that leads no more knows what it has seen. */
  private static final long LOOK_MS = 1_000;

  /** How often what is known is written down if it is new. */
  private static final long NOTE_MS = 10_000;

  /** How long an end waits for what it writes; a disk may hang. */
  private static final long FINISH_MS = 2_000;

  private final MemberFolder folder;
  private final Supplier<LocalPeer> here;
  private final ReachedNotes notes;
  private SortedMap<PeerName, LastEntry> written;

  /**
   * @param here this process as a peer, which changes
   * @throws IOException when the file that was noted in cannot be opened
   */
  ReachedKeeper(MemberFolder folder, Supplier<LocalPeer> here) throws IOException {
    this.folder = folder;
    this.here = here;
    written = folder.reached();
    notes = new ReachedNotes(written);
  }

  /** Looks and writes from now on. */
  void begin(ScheduledExecutorService thread) {
    var _ = thread.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    var _ = thread.scheduleWithFixedDelay(this::note, NOTE_MS, NOTE_MS, TimeUnit.MILLISECONDS);
  }

  /** What is known of one. */
  Optional<LastEntry> of(PeerName name) {
    return notes.of(name);
  }

  /** What to tell a voter that comes back; any thread that may block. */
  Reached tell(PeerName asker) {
    look();
    LocalPeer peer = here.get();
    return new Reached(peer.takesPart() && peer.calls().leads(), notes.of(asker));
  }

  /** Voters say that this one was further than its log is: the next start must know it too. */
  void wasTold(PeerName self, Iterable<LastEntry> entries) throws IOException {
    entries.forEach(entry -> notes.learn(self, entry));
    write();
  }

  /** This node has left the quorum, or enters one: what was noted is of no use. */
  void forget() throws IOException {
    notes.clear();
    folder.forgetReached();
    written = notes.all();
  }

  private void look() {
    LocalPeer peer = here.get();
    if (peer.takesPart()) {
      notes.look(peer);
    }
  }

  private void note() {
    look();
    try {
      write();
    } catch (IOException failure) {
      log.atWarn()
          .setCause(failure)
          .log("how far the voters' logs have been could not be noted; trying again later");
    }
  }

  private void write() throws IOException {
    SortedMap<PeerName, LastEntry> all = notes.all();
    if (!all.equals(written)) {
      folder.write(all);
      written = all;
    }
  }

  /**
   * Looks once more and writes down what is new, on the membership's thread; waits for it {@value
   * #FINISH_MS} ms at most. What it misses costs knowledge, and no harm.
   */
  void finish(ScheduledExecutorService thread) {
    Future<?> noted = thread.submit(this::note);
    try {
      noted.get(FINISH_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException late) {
      log.atWarn().setCause(late).log("how far the voters' logs have been was not noted in time");
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
