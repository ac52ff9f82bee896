package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.PeerName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Decides to which silent members it is time to connect anew. Pure but for what it remembers. */
final class Silence {
  /** A member that has said nothing for so long is due, and again each time as much has passed. */
  static final long SILENT_MS = 4_000;

  private final TreeMap<PeerName, Long> lastDueMs = new TreeMap<>();
  private OptionalLong leaderlessSinceMs = OptionalLong.empty();

  /** This member leads, or knows who does. */
  void hasLeader() {
    leaderlessSinceMs = OptionalLong.empty();
  }

  /**
   * For how long the others have said nothing to a member that knows of no leader: since it can ask
   * them for their votes. Before the quorum is formed and its log open it cannot, however long that
   * takes; their connections would be broken in the midst of the first election.
   *
   * @param others the voters but this member; none while it cannot ask them
   */
  SortedMap<PeerName, Long> leaderless(List<PeerName> others, long nowMs) {
    if (others.isEmpty()) {
      leaderlessSinceMs = OptionalLong.empty();
      return Collections.emptySortedMap();
    }
    long sinceMs = leaderlessSinceMs.orElse(nowMs);
    leaderlessSinceMs = OptionalLong.of(sinceMs);
    TreeMap<PeerName, Long> silentMs = new TreeMap<>();
    others.forEach(name -> silentMs.put(name, nowMs - sinceMs));
    return silentMs;
  }

  /**
   * Those that are due now.
   *
   * @param silentMs for how long each has said nothing; who is not in it is not awaited
   */
  List<PeerName> due(Map<PeerName, Long> silentMs, long nowMs) {
    lastDueMs.keySet().retainAll(silentMs.keySet());
    List<PeerName> due = new ArrayList<>();
    silentMs.forEach((name, silent) -> {
      boolean again = !lastDueMs.containsKey(name) || nowMs - lastDueMs.get(name) >= SILENT_MS;
      if (silent >= SILENT_MS && again) {
        lastDueMs.put(name, nowMs);
        due.add(name);
      }
    });
    return due;
  }
}
