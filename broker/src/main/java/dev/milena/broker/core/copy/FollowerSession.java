package dev.milena.broker.core.copy;

import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One broker's stream to this one, of which it copies partitions: the leader's end. Loops and
 * readers say what they have to, and one message takes all that was said in a turn. Any thread.
 *
 * <p>Records are said only while {@link #isReadyFor}; so what is kept here is bounded by what one
 * turn appends and by the reads under way.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class FollowerSession {
  /** So much may wait for the flush of its turn. */
  private static final long MOST_WAITING_BYTES = 1 << 20;

  private final int broker;
  private final IncarnationId run;
  private final Stream stream;
  private final Consumer<? super PartitionId> readyAgain;
  private final TreeSet<PartitionId> waitForReady = new TreeSet<>();
  private List<LeaderWord> words = new ArrayList<>();
  private long waitingBytes;
  private boolean ended;

  /** The way to the follower. Used under this session's lock. */
  public interface Stream {
    /** Whether it takes more without keeping it in memory. */
    boolean isReady();

    /** Sends words in order; has taken what it needs of them when it returns. */
    void send(List<LeaderWord> words);

    /** Ends it; the follower hears why, if it is still there. */
    void end(String why);
  }

  /**
   * A stream that was just opened.
   *
   * @param broker who is at the other end, as its connection has proved
   * @param run in which he is
   * @param readyAgain told each partition that waited for the stream to take more
   */
  public FollowerSession(
      int broker, IncarnationId run, Stream stream, Consumer<? super PartitionId> readyAgain) {
    this.broker = broker;
    this.run = run;
    this.stream = stream;
    this.readyAgain = readyAgain;
  }

  /** Who is at the other end. */
  public int broker() {
    return broker;
  }

  /** In which run. */
  public IncarnationId run() {
    return run;
  }

  /** Whether records may be said; if not, that partition is told when they may. */
  public synchronized boolean isReadyFor(PartitionId id) {
    boolean ready = !ended && waitingBytes < MOST_WAITING_BYTES && stream.isReady();
    if (!ready && !ended) {
      waitForReady.add(id);
    }
    return ready;
  }

  /** To be said with the next {@link #flush}. */
  public synchronized void say(LeaderWord word) {
    if (!ended) {
      words.add(word);
      waitingBytes += word.bytes();
    }
  }

  /** Says everything. */
  public void flush() {
    List<PartitionId> again = List.of();
    synchronized (this) {
      if (ended || words.isEmpty()) {
        return;
      }
      List<LeaderWord> all = words;
      words = new ArrayList<>();
      boolean wasFull = waitingBytes >= MOST_WAITING_BYTES;
      waitingBytes = 0;
      stream.send(all);
      if (wasFull && stream.isReady()) {
        again = takeWaiting();
      }
    }
    again.forEach(readyAgain);
  }

  /** The stream takes more again. */
  public void ready() {
    List<PartitionId> again;
    synchronized (this) {
      again = takeWaiting();
    }
    again.forEach(readyAgain);
  }

  private List<PartitionId> takeWaiting() {
    List<PartitionId> all = List.copyOf(waitForReady);
    waitForReady.clear();
    return all;
  }

  /** It is over: what is said from now on is dropped. */
  public synchronized void ended() {
    ended = true;
    words = new ArrayList<>();
    waitForReady.clear();
  }

  /** Has it be over, from this end. */
  public void end(String why) {
    ended();
    stream.end(why);
  }

  /** Whether it is over. */
  public synchronized boolean isEnded() {
    return ended;
  }
}
