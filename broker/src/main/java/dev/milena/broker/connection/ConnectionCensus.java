package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts connections against the limits: in all, by address, and those that have not yet said what
 * they speak.
 *
 * <p>One lock for all three: it is taken three times in a connection's life, not once a request.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ConnectionCensus {
  private final ConnectionSettings.Limits limits;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();

  /** In the order of their arrival, so that the oldest can make room. */
  private final Set<Channel> undecided = new LinkedHashSet<>();

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

  /**
   * Notes that a connection has still to say what it speaks.
   *
   * @return the oldest such connection when there are too many now; the caller closes it
   */
  synchronized Optional<Channel> waits(Channel connection) {
    undecided.add(connection);
    if (undecided.size() <= limits.undecided()) {
      return Optional.empty();
    }
    Channel oldest = undecided.iterator().next();
    undecided.remove(oldest);
    return Optional.of(oldest);
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
