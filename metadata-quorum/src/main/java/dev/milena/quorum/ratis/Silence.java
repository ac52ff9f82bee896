package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.PeerName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decides to which silent members it is time to connect anew. Pure but for what it remembers. */
final class Silence {
  /** A member that has said nothing for so long is due, and again each time as much has passed. */
  static final long SILENT_MS = 4_000;

  private final TreeMap<PeerName, Long> lastDueMs = new TreeMap<>();

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
