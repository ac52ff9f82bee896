package dev.milena.broker.core.copy;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.concurrent.ConcurrentSkipListMap;

/** This broker's streams to those whose partitions it copies, one for each. Any thread. */
@OwnedBy(Owner.ANY_THREAD)
public final class ReplicaLinks implements AutoCloseable {
  private final LeaderDialer dialer;
  private final Later later;
  private final ConcurrentSkipListMap<Integer, ReplicaLink> links = new ConcurrentSkipListMap<>();
  private final CopyTotals totals = new CopyTotals();
  private volatile Followers followers = new Nobody();

  /** The partitions of this broker that follow others. Called on any thread; does not wait. */
  public interface Followers {
    /** A leader said something to one of them. */
    void heard(int leader, LeaderWord word);

    /** All that follow this broker ask it again: the way to it is new. */
    void askAgain(int leader);
  }

  /** Runs something later, on any thread. */
  @FunctionalInterface
  public interface Later {
    void after(long delayMs, Runnable run);
  }

  /** Of a broker without partitions. */
  private record Nobody() implements Followers {
    @Override
    public void heard(int leader, LeaderWord word) {
      throw new IllegalStateException("nobody has asked broker " + leader + " for " + word.id());
    }

    @Override
    public void askAgain(int leader) {
      throw new IllegalStateException("nobody has asked broker " + leader);
    }
  }

  /** Nobody is spoken to before {@link #begin}. */
  public ReplicaLinks(LeaderDialer dialer, Later later) {
    this.dialer = dialer;
    this.later = later;
  }

  /** Whom to tell, before the first of them says anything. */
  public void begin(Followers partitions) {
    followers = partitions;
  }

  /** To be said to a leader with the next {@link #flush}. */
  public void say(int leader, FollowerWord word) {
    links.computeIfAbsent(leader, id -> new ReplicaLink(id, this)).say(word);
  }

  /** Says everything. */
  public void flush() {
    links.values().forEach(ReplicaLink::flush);
  }

  /** How much was copied since the start. */
  public CopyTotals totals() {
    return totals;
  }

  LeaderDialer dialer() {
    return dialer;
  }

  void heard(int leader, LeaderWord word) {
    followers.heard(leader, word);
  }

  void askAgain(int leader) {
    followers.askAgain(leader);
  }

  void after(long delayMs, Runnable run) {
    later.after(delayMs, run);
  }

  @Override
  public void close() {
    links.values().forEach(ReplicaLink::close);
  }
}
