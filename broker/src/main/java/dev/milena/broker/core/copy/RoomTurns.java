package dev.milena.broker.core.copy;

import dev.milena.metadata.PartitionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Who waits for room, in the order in which they came. Whoever was told that there is some keeps
 * its place until it has had it: one that comes late finds itself where it was, and nobody who came
 * after those who wait has room before them. Used under its session's lock.
 *
 * <pre>
 *   told, not back yet     waiting                newcomers
 *   [ 3 ] [ 4 ]            [ 6 ] [ 7 ] [ 9 ]      wait behind 9
 * </pre>
 */
final class RoomTurns {
  private final NavigableMap<Long, PartitionId> waiting = new TreeMap<>();

  /** Of those who wait, and those who were told and have not had their room. */
  private final Map<PartitionId, Long> tickets = new HashMap<>();

  private long nextTicket;

  /** Whether it may have room now, if there is some. */
  boolean isTurnOf(PartitionId id) {
    if (waiting.isEmpty()) {
      return true;
    }
    Long ticket = tickets.get(id);
    return ticket != null && (!waiting.containsKey(ticket) || waiting.firstKey().equals(ticket));
  }

  /** It found none. */
  void await(PartitionId id) {
    long ticket = tickets.computeIfAbsent(id, _ -> nextTicket++);
    waiting.put(ticket, id);
  }

  /** It has what it waited for, if it did. */
  void served(PartitionId id) {
    Long ticket = tickets.remove(id);
    if (ticket != null) {
      waiting.remove(ticket);
    }
  }

  /** Those who come next, to be told; each asks anew. */
  List<PartitionId> next(int most) {
    List<PartitionId> next = new ArrayList<>(Math.min(most, waiting.size()));
    while (!waiting.isEmpty() && next.size() < most) {
      next.add(waiting.pollFirstEntry().getValue());
    }
    return next;
  }

  void clear() {
    waiting.clear();
    tickets.clear();
  }
}
