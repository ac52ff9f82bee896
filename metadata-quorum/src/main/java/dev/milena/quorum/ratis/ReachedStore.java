package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.LastEntry;
import dev.milena.quorum.ratis.formation.PeerName;
import dev.milena.quorum.ratis.formation.Reached;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link ReachedEntries} up to date and on the disk. The membership's thread owns it, but for
 * {@link #tell} and {@link #finish}, which are for any.
 */
final class ReachedStore {
  private static final Logger log = LoggerFactory.getLogger(ReachedStore.class);

  /** How often it is looked: a leader that leads no more knows what it has seen. */
  private static final long LOOK_MS = 1_000;

  /** How often what is known is written down if it is new. */
  private static final long NOTE_MS = 10_000;

  /** How long an answer waits for a look. */
  private static final long TELL_MS = 200;

  /** How long an end waits for what it writes; a disk may hang. */
  private static final long FINISH_MS = 2_000;

  private final MemberFolder folder;
  private final Supplier<LocalPeer> here;
  private final ReachedEntries notes;
  private final Executor blocking;
  private final ReentrantLock looking = new ReentrantLock();
  private SortedMap<PeerName, LastEntry> written;

  /**
   * @param here this process as a peer, which changes
   * @param blocking runs what may wait for Ratis
   * @throws IOException when the file that was noted in cannot be opened
   */
  ReachedStore(MemberFolder folder, Supplier<LocalPeer> here, Executor blocking)
      throws IOException {
    this.folder = folder;
    this.blocking = blocking;
    this.here = here;
    written = folder.reached();
    notes = new ReachedEntries(written);
  }

  /** Looks and writes from now on. */
  void begin(ScheduledExecutorService thread) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> blocking.execute(() -> look(0)), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    var _ = thread.scheduleWithFixedDelay(this::note, NOTE_MS, NOTE_MS, TimeUnit.MILLISECONDS);
  }

  /** What is known of one. */
  Optional<LastEntry> of(PeerName name) {
    return notes.of(name);
  }

  /**
   * What to tell a voter that comes back; any thread that may block. Where it is being looked
   * already, and for long, as when the disk hangs, what was seen before.
   */
  Reached tell(PeerName asker) {
    look(TELL_MS);
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

  /** One at a time: it takes Ratis' lock of the log, which who waits for a disk may hold. */
  private void look(long waitMs) {
    try {
      if (!looking.tryLock(waitMs, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      LocalPeer peer = here.get();
      if (peer.takesPart()) {
        notes.look(peer);
      }
    } finally {
      looking.unlock();
    }
  }

  private void note() {
    try {
      write();
    } catch (IOException failure) {
      // without a trace: it comes every 10 s while a disk is full
      log.atWarn()
          .addKeyValue("failure", failure)
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
   * Looks once more, and writes down what is new on the membership's thread; waits for it {@value
   * #FINISH_MS} ms at most. What it misses costs knowledge, and no harm.
   */
  void finish(ScheduledExecutorService thread) {
    Future<?> noted =
        CompletableFuture.runAsync(() -> look(FINISH_MS), blocking)
            .thenRunAsync(this::note, thread);
    try {
      noted.get(FINISH_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException late) {
      log.atWarn().setCause(late).log("how far the voters' logs have been was not noted in time");
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
