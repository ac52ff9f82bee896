package dev.milena.broker.core.copy;

import dev.milena.metadata.PartitionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Who waits for room, in the order in which they came. Whoever was told that there is some keeps
 * its place for a while: one that finds none after all is where it was, and while somebody waits,
 * nobody who came later has room before them. Used under its session's lock.
 *
 * <pre>
 *   told, not back yet     waiting                newcomers
 *   [ 3 ] [ 4 ]            [ 6 ] [ 7 ] [ 9 ]      wait behind 9
 * </pre>
 */
final class RoomTurns {
  /** Some of those who were told have nothing to say any more, and never come back. */
  private static final int MOST_TOLD = 64;

  private final NavigableMap<Long, PartitionId> waiting = new TreeMap<>();
  private final Map<PartitionId, Long> ticketsOfWaiting = new HashMap<>();

  /** The newest last, with the tickets that they had. */
  private final Map<PartitionId, Long> told = new LinkedHashMap<>();

  private long nextTicket;

  /** Whether it may have room now, if there is some. */
  boolean isTurnOf(PartitionId id) {
    return waiting.isEmpty() || told.containsKey(id) || waiting.firstEntry().getValue().equals(id);
  }

  /** It found none. */
  void await(PartitionId id) {
    if (!ticketsOfWaiting.containsKey(id)) {
      Long before = told.remove(id);
      long ticket = before == null ? nextTicket++ : before;
      waiting.put(ticket, id);
      ticketsOfWaiting.put(id, ticket);
    }
  }

  /** It has what it waited for, if it did. */
  void served(PartitionId id) {
    told.remove(id);
    Long ticket = ticketsOfWaiting.remove(id);
    if (ticket != null) {
      waiting.remove(ticket);
    }
  }

  /** Those who come next, to be told; each asks anew. */
  List<PartitionId> next(int most) {
    List<PartitionId> next = new ArrayList<>(Math.min(most, waiting.size()));
    while (!waiting.isEmpty() && next.size() < most) {
      Map.Entry<Long, PartitionId> first = waiting.pollFirstEntry();
      PartitionId id = first.getValue();
      ticketsOfWaiting.remove(id);
      told.put(id, first.getKey());
      next.add(id);
    }
    while (told.size() > MOST_TOLD) {
      told.remove(told.keySet().iterator().next());
    }
    return next;
  }

  void clear() {
    waiting.clear();
    ticketsOfWaiting.clear();
    told.clear();
  }
}
