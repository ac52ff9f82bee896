package dev.milena.broker.core.copy;

import dev.milena.metadata.IncarnationId;
import dev.milena.metadata.PartitionId;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * One broker's stream to this one, of which it copies partitions: the leader's end. Loops and
 * readers say what they have to, and one message takes all that was said in a turn. Any thread.
 *
 * <p>Records are said only while {@link #isReadyFor}, and read only with room that was {@link
 * #reserve reserved}. So what is kept for one follower is bounded, however many partitions it
 * lacks: what is being read, what was said in a turn, and what the stream takes before it is full.
 *
 * <p>Whoever is told no is told again, a few at a time. Each of them ends its turn with {@link
 * #flush}, which tells the next if there is still room: so nobody is forgotten where those who were
 * told had nothing to say.
 *
 * <p>Writers wait for a partition that is {@link Copy#IN_SYNC}, readers for a batch that another
 * replica {@link Copy#LACKS}, and nobody but operators for a partition that lags. So the former are
 * told first, and have room of their own; those that lag have theirs, which nobody else takes, in
 * the order in which they came ({@link RoomTurns}).
 */
@OwnedBy(Owner.ANY_THREAD)
public final class FollowerSession {
  /** So much may be read for partitions that lag. */
  public static final long MOST_LAGGING_BYTES = 4 << 20;

  /** So much for those that somebody waits for. */
  public static final long MOST_AWAITED_BYTES = 2 << 20;

  /** So much is reserved at once. */
  public static final int MOST_AT_ONCE_BYTES = 1 << 20;

  /** So much may wait for the flush of its turn. */
  private static final long MOST_WAITING_BYTES = 1 << 20;

  /** Who lags is told again when so little is under way: not one for each read that is over. */
  private static final long FEW_BYTES = MOST_LAGGING_BYTES / 2;

  /** More than find room where each takes as much as it may: most lack little. */
  private static final int TOLD_AT_ONCE = 16;

  private final int broker;
  private final IncarnationId run;
  private final Stream stream;
  private final BiConsumer<? super FollowerSession, ? super PartitionId> readyAgain;

  private final Set<PartitionId> awaitedWaiting = new LinkedHashSet<>();
  private final RoomTurns laggingTurns = new RoomTurns();

  private List<LeaderWord> words = new ArrayList<>();
  private long waitingBytes;
  private long laggingBytes;
  private long awaitedBytes;
  private boolean ended;

  /** What the follower wants of a partition. */
  public enum Copy {
    /** What was appended: it is in the in-sync replicas. */
    IN_SYNC,

    /** A batch that its disk has changed. */
    LACKS,

    /** What it is behind. */
    LAGGING;

    /** As the in-sync replicas have it. */
    public static Copy of(boolean inSync) {
      return inSync ? IN_SYNC : LAGGING;
    }
  }

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
   * @param readyAgain told each partition that waited for room; it must see to it that this session
   *     is flushed once that partition had its turn
   */
  public FollowerSession(
      int broker,
      IncarnationId run,
      Stream stream,
      BiConsumer<? super FollowerSession, ? super PartitionId> readyAgain) {
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
  public synchronized boolean isReadyFor(PartitionId id, Copy copy) {
    boolean ready = takesMore();
    if (!ready) {
      await(id, copy);
    }
    return ready;
  }

  /**
   * Room for bytes that are about to be read, to be given back when they were said, or are not.
   *
   * @param bytes at most {@link #MOST_AT_ONCE_BYTES}
   * @return whether there is; if not, that partition is told when there may be
   */
  public synchronized boolean reserve(PartitionId id, int bytes, Copy copy) {
    if (bytes > MOST_AT_ONCE_BYTES) {
      throw new IllegalArgumentException(bytes + " bytes at once");
    }
    boolean ready = takesMore() && hasRoom(id, bytes, copy);
    if (ready) {
      take(id, bytes, copy);
    } else {
      await(id, copy);
    }
    return ready;
  }

  private boolean hasRoom(PartitionId id, int bytes, Copy copy) {
    return switch (copy) {
      case IN_SYNC, LACKS -> awaitedBytes + bytes <= MOST_AWAITED_BYTES;
      case LAGGING ->
          laggingBytes + waitingBytes + bytes <= MOST_LAGGING_BYTES && laggingTurns.isTurnOf(id);
    };
  }

  private void take(PartitionId id, int bytes, Copy copy) {
    switch (copy) {
      case IN_SYNC, LACKS -> awaitedBytes += bytes;
      case LAGGING -> {
        laggingBytes += bytes;
        laggingTurns.served(id);
      }
    }
  }

  private void await(PartitionId id, Copy copy) {
    if (!ended) {
      switch (copy) {
        case IN_SYNC, LACKS -> awaitedWaiting.add(id);
        case LAGGING -> laggingTurns.await(id);
      }
    }
  }

  /**
   * What was read is said by now, or nothing came of it.
   *
   * @param copy as what it was reserved
   */
  public void giveBack(int bytes, Copy copy) {
    List<PartitionId> again;
    synchronized (this) {
      switch (copy) {
        case IN_SYNC, LACKS -> awaitedBytes -= bytes;
        case LAGGING -> laggingBytes -= bytes;
      }
      again = takeWaiting();
    }
    tell(again);
  }

  private boolean takesMore() {
    return !ended && waitingBytes < MOST_WAITING_BYTES && stream.isReady();
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
    List<PartitionId> again;
    synchronized (this) {
      if (!ended && !words.isEmpty()) {
        List<LeaderWord> all = words;
        words = new ArrayList<>();
        waitingBytes = 0;
        stream.send(all);
      }
      again = takeWaiting();
    }
    tell(again);
  }

  /** The stream takes more again. */
  public void ready() {
    List<PartitionId> again;
    synchronized (this) {
      again = takeWaiting();
    }
    tell(again);
  }

  /** Those who come next, if there is room; what is under way else makes room when it is over. */
  private List<PartitionId> takeWaiting() {
    if (!takesMore()) {
      return List.of();
    }
    List<PartitionId> next = new ArrayList<>();
    if (awaitedBytes + MOST_AT_ONCE_BYTES <= MOST_AWAITED_BYTES) {
      Iterator<PartitionId> waiting = awaitedWaiting.iterator();
      while (waiting.hasNext() && next.size() < TOLD_AT_ONCE) {
        next.add(waiting.next());
        waiting.remove();
      }
    }
    if (laggingBytes + waitingBytes <= FEW_BYTES) {
      next.addAll(laggingTurns.next(TOLD_AT_ONCE));
    }
    return next;
  }

  private void tell(List<PartitionId> again) {
    again.forEach(id -> readyAgain.accept(this, id));
  }

  /** It is over: what is said from now on is dropped. */
  public synchronized void ended() {
    ended = true;
    words = new ArrayList<>();
    awaitedWaiting.clear();
    laggingTurns.clear();
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
