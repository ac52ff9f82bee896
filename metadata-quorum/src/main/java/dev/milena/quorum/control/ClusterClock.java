package dev.milena.quorum.control;

import java.util.Collection;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What time it is in the cluster, in the eyes of the leader of the quorum: the lower median of the
 * wall clocks of the brokers in session. So the cluster's time is ahead only if more than half of
 * these clocks are; the leader's own is one among them. Soft state that begins with its term and
 * ends with it.
 *
 * <p>Pure: facts and time come in. Each wall clock is carried on by the monotonic time since it was
 * heard, which is to keep how far it is from the leader's monotonic clock; so the median of these
 * distances says the cluster's time at every moment.
 *
 * <p>It says nothing while no more than half of the registered brokers were heard, fenced ones
 * included: whoever comes first after an election, or after all nodes were started anew, may be the
 * one whose clock is wrong. Holds one number for each registered broker at most.
 */
final class ClusterClock {
  /** The year 9999 ends: what lies beyond is no clock, and must not overflow. */
  static final long LATEST_MS = 253_402_300_799_999L;

  private final TreeMap<Integer, Heard> heard = new TreeMap<>();
  private int registered;

  private record Heard(long session, long aheadMs) {}

  /** The registered brokers are these now, fenced or not. */
  void brokersAre(Collection<Integer> ids) {
    heard.keySet().retainAll(ids);
    registered = ids.size();
  }

  /**
   * A registered broker has said what its wall clock shows.
   *
   * @param session the broker's newest stream, on which it was said
   * @param wallMs milliseconds since 1970
   * @param nowMs the leader's monotonic clock
   */
  void heard(int broker, long session, long wallMs, long nowMs) {
    heard.put(broker, new Heard(session, Math.clamp(wallMs, 0, LATEST_MS) - nowMs));
  }

  /** A broker's stream is over; nothing changes when a newer one has taken its place. */
  void sessionEnded(int broker, long session) {
    Heard last = heard.get(broker);
    if (last != null && last.session() == session) {
      heard.remove(broker);
    }
  }

  /**
   * How far the cluster's time is ahead of the leader's monotonic clock, in milliseconds; empty
   * while that cannot be told.
   */
  OptionalLong aheadMs() {
    if (2 * heard.size() <= registered) {
      return OptionalLong.empty();
    }
    long[] all = heard.values().stream().mapToLong(Heard::aheadMs).sorted().toArray();
    return OptionalLong.of(all[(all.length - 1) / 2]);
  }
}
