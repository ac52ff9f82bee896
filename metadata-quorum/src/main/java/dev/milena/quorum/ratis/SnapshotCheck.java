package dev.milena.quorum.ratis;

import dev.milena.quorum.store.StoreDamage;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks each snapshot once before it is sent, on a thread of its own: who sends to a follower also
 * tells it that there is a leader, and a large snapshot takes longer to read than a follower waits
 * for that.
 *
 * <p>Asked by the threads that send, one for each follower; one snapshot is checked at a time.
 */
final class SnapshotCheck {
  private static final Logger log = LoggerFactory.getLogger(SnapshotCheck.class);

  /** What could not be read is not read again before. */
  private static final long AGAIN_MS = 1_000;

  private final Reading reading;
  private final Consumer<StoreDamage> damaged;
  private final Set<Runnable> waiting = new HashSet<>();
  private TermIndex newest = TermIndex.INITIAL_VALUE;
  private Outcome outcome = Outcome.UNREAD;
  private long readAgainNanos = System.nanoTime();

  private enum Outcome {
    UNREAD,
    UNDER_WAY,
    WHOLE,
    DAMAGED
  }

  /** Reads all of a snapshot. */
  interface Reading {
    /**
     * Returns when it is whole.
     *
     * @throws StoreDamage when it is not what was written
     * @throws IOException when it could not be read now
     */
    void read(SnapshotInfo snapshot) throws IOException;
  }

  /**
   * @param damaged told, on the thread that checks, of a snapshot that is never to be sent
   */
  SnapshotCheck(Reading reading, Consumer<StoreDamage> damaged) {
    this.reading = reading;
    this.damaged = damaged;
  }

  /**
   * Whether it is known that the snapshot is whole; if nothing is known of it, has it checked.
   *
   * @param later called when it was found to be whole, once; the same for the same caller
   */
  synchronized boolean isWhole(SnapshotInfo snapshot, Runnable later) {
    if (outcome == Outcome.UNDER_WAY) {
      waiting.add(later);
      return false;
    }
    if (!newest.equals(snapshot.getTermIndex())) {
      newest = snapshot.getTermIndex();
      outcome = Outcome.UNREAD;
      readAgainNanos = System.nanoTime();
    }
    if (outcome == Outcome.UNREAD && System.nanoTime() - readAgainNanos >= 0) {
      Thread.ofPlatform().daemon().name("quorum-snapshot-check").start(() -> check(snapshot));
      outcome = Outcome.UNDER_WAY;
      waiting.add(later);
    }
    return outcome == Outcome.WHOLE;
  }

  private void check(SnapshotInfo snapshot) {
    Outcome found = Outcome.UNREAD;
    try {
      reading.read(snapshot);
      found = Outcome.WHOLE;
    } catch (StoreDamage decayed) {
      found = Outcome.DAMAGED;
      damaged.accept(decayed);
    } catch (IOException unread) {
      log.atWarn()
          .addKeyValue("snapshot", snapshot.getTermIndex())
          .setCause(unread)
          .log("a snapshot that another voter needs cannot be read now and is not sent yet");
    } finally {
      end(found).forEach(Runnable::run);
    }
  }

  /** Those who wait and may go on. */
  private synchronized Set<Runnable> end(Outcome found) {
    outcome = found;
    readAgainNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AGAIN_MS);
    Set<Runnable> told = found == Outcome.WHOLE ? Set.copyOf(waiting) : Set.of();
    waiting.clear();
    return told;
  }
}
