package dev.milena.quorum.control;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/**
 * Who waits until every broker knows an index: the answer to a change is given then, so that what
 * was created is known wherever the asker looks next. Pure; bounded.
 *
 * @param <T> whoever waits
 */
public final class SpreadWaitlist<T> {
  private final int capacity;
  private final TreeMap<Long, List<Waiting<T>>> byIndex = new TreeMap<>();
  private int size;

  /**
   * One that waits, and until when.
   *
   * @param deadlineMs on the monotonic clock
   */
  public record Waiting<T>(T who, long index, long deadlineMs) {}

  /**
   * @param capacity how many may wait at once
   */
  public SpreadWaitlist(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Takes one in.
   *
   * @return false when the list is full: it is then answered at once, without the promise
   */
  public boolean add(Waiting<T> waiting) {
    if (size >= capacity) {
      return false;
    }
    byIndex.computeIfAbsent(waiting.index(), index -> new ArrayList<>()).add(waiting);
    size++;
    return true;
  }

  /** Lets go of those who waited for an index up to this one, in its order. */
  public List<Waiting<T>> reached(long spreadIndex) {
    List<Waiting<T>> reached = new ArrayList<>();
    while (!byIndex.isEmpty() && byIndex.firstKey() <= spreadIndex) {
      reached.addAll(byIndex.pollFirstEntry().getValue());
    }
    size -= reached.size();
    return reached;
  }

  /** Lets go of those whose time is over. */
  public List<Waiting<T>> expired(long nowMs) {
    List<Waiting<T>> expired = new ArrayList<>();
    Iterator<List<Waiting<T>>> lists = byIndex.values().iterator();
    while (lists.hasNext()) {
      List<Waiting<T>> list = lists.next();
      list.removeIf(waiting -> nowMs >= waiting.deadlineMs() && expired.add(waiting));
      if (list.isEmpty()) {
        lists.remove();
      }
    }
    size -= expired.size();
    return expired;
  }

  /** The next deadline; {@link Long#MAX_VALUE} when nobody waits. */
  public long nextDeadlineMs() {
    return byIndex.values().stream()
        .flatMap(List::stream)
        .mapToLong(Waiting::deadlineMs)
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
