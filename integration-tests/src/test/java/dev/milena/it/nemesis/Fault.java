package dev.milena.it.nemesis;

/**
 * One fault of a plan.
 *
 * @param node whom it hits, from 1; any where it hits all
 * @param other another node, where there are two sides
 * @param lastsMs how long until it is undone
 * @param hasty whether it comes even while nodes are not back from the one before
 */
public record Fault(FaultKind kind, int node, int other, int lastsMs, boolean hasty) {
  @Override
  public String toString() {
    String whom =
        switch (kind) {
          case KILL_ALL, SCATTER, POWER_CUT_ALL -> "";
          case CUT_ONE_WAY -> " from node %s to node %s".formatted(node, other);
          case POWER_CUT_TWO -> " node %s and node %s".formatted(node, other);
          case CUT -> " between node %s and node %s".formatted(node, other);
          case KILL,
              STOP,
              PAUSE,
              LONG_PAUSE,
              ISOLATE,
              CUT_OFF_CLIENTS,
              LOSSY_LINK,
              LARGE_PACKETS_LOST,
              NARROW_LINK,
              FLAPPING_LINK,
              STARVED,
              FEW_FILES,
              READ_ONLY_DISK,
              POWER_CUT,
              FAILED_DISK,
              FULL_DISK,
              HUNG_DISK,
              SLOW_SYNC ->
              " node " + node;
        };
    return "%s%s for %s ms%s".formatted(kind, whom, lastsMs, hasty ? ", hasty" : "");
  }
}
