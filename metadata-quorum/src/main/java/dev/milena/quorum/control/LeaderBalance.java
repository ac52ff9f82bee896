package dev.milena.quorum.control;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * When a broker that came back gets its preferred leaderships back: not at once, since one that
 * comes and goes would move leaders with each turn. Pure.
 *
 * <p>A broker has settled when it was up for {@link #SETTLE_MS}. Each time it goes before it was up
 * for {@link #STEADY_MS} the wait doubles, up to {@link #MOST_MS}; being up that long forgets it.
 */
public final class LeaderBalance {
  static final long SETTLE_MS = 3_000;
  static final long STEADY_MS = 60_000;
  static final long MOST_MS = 60_000;

  private final TreeMap<Integer, Returned> brokers = new TreeMap<>();

  /** Since when a broker is up, and how long it has to be. */
  private static final class Returned {
    boolean up;
    long upSinceMs;
    long waitMs = SETTLE_MS;
    boolean asked;
  }

  /** A broker is up or not; told as often as one likes. */
  public void brokerIs(int broker, boolean up, long nowMs) {
    Returned known = brokers.computeIfAbsent(broker, id -> new Returned());
    if (up == known.up) {
      return;
    }
    if (up) {
      known.upSinceMs = nowMs;
      known.asked = false;
    } else {
      boolean steady = nowMs - known.upSinceMs >= STEADY_MS;
      known.waitMs = steady ? SETTLE_MS : Math.min(MOST_MS, 2 * known.waitMs);
    }
    known.up = up;
  }

  /** The broker is registered no longer. */
  public void forget(int broker) {
    brokers.remove(broker);
  }

  /** Leaders may lie wrongly again, of brokers that were asked about before too. */
  public void lookAgain() {
    brokers.values().forEach(returned -> returned.asked = false);
  }

  /** The brokers that have settled and were not named since, ascending; each is named once. */
  public List<Integer> settled(long nowMs) {
    List<Integer> settled = new ArrayList<>();
    brokers.forEach((id, broker) -> {
      if (broker.up && !broker.asked && nowMs >= broker.upSinceMs + broker.waitMs) {
        broker.asked = true;
        settled.add(id);
      }
    });
    return settled;
  }

  /** When {@link #settled} names somebody next; {@link Long#MAX_VALUE} for never. */
  public long nextDueMs() {
    return brokers.values().stream()
        .filter(broker -> broker.up && !broker.asked)
        .mapToLong(broker -> broker.upSinceMs + broker.waitMs)
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
