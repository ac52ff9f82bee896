package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts connections against the limits: in all, by address, and those that have not yet said what
 * they speak.
 *
 * <p>One lock for all three: it is taken three times in a connection's life, not once a request.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ConnectionCensus {
  private static final int SHARE_CLOSED_AT_ONCE = 10;

  private final ConnectionSettings.Limits limits;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();

  /** When they came, in the order of their arrival, so that the oldest can make room. */
  private final Map<Channel, Long> undecided = new LinkedHashMap<>();

  private int connections;

  ConnectionCensus(ConnectionSettings.Limits limits) {
    this.limits = limits;
  }

  /** The answer to a new connection. */
  enum Admission {
    /** Counted; {@link #left} must be called once. */
    ADMITTED,
    /** Not counted: the port is full. */
    TOO_MANY,
    /** Not counted: this address has too many. */
    TOO_MANY_FROM_ADDRESS
  }

  /** Counts a connection in, if there is room. */
  synchronized Admission arrived(InetAddress from) {
    if (connections >= limits.connections()) {
      return Admission.TOO_MANY;
    }
    int same = byAddress.getOrDefault(from, 0);
    if (same >= limits.perAddress()) {
      return Admission.TOO_MANY_FROM_ADDRESS;
    }
    byAddress.put(from, same + 1);
    connections++;
    return Admission.ADMITTED;
  }

  /** Counts an admitted connection out. */
  synchronized void left(InetAddress from) {
    connections--;
    byAddress.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
  }

  /** Notes that a connection has still to say what it speaks; {@link #decided} follows. */
  synchronized void waits(Channel connection, long nowNanos) {
    undecided.put(connection, nowNanos);
  }

  /** Whether so many have still to say what they speak that nobody else shall come in. */
  synchronized boolean crowded() {
    return undecided.size() >= limits.undecided();
  }

  /** Those of a crowd that are silent since a time, the oldest first: a tenth of it at most. */
  synchronized List<Channel> silentSince(long nanos) {
    if (!crowded()) {
      return List.of();
    }
    return undecided.entrySet().stream()
        .limit(1 + limits.undecided() / SHARE_CLOSED_AT_ONCE)
        .filter(waiting -> waiting.getValue() - nanos <= 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Notes that a connection has spoken or gone; harmless when it was noted already. */
  synchronized void decided(Channel connection) {
    undecided.remove(connection);
  }

  /** How many connections there are now. */
  synchronized ConnectionCounts counts() {
    return new ConnectionCounts(connections, undecided.size(), byAddress.size());
  }
}
