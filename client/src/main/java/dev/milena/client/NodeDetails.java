package dev.milena.client;

import dev.milena.client.connection.HostPort;
import java.util.List;
import java.util.Optional;

/**
 * A node of the cluster.
 *
 * @param address where clients reach it
 * @param rack broker.rack
 * @param quorumAddress HOST:PORT of its quorum listener, if it has one
 * @param version of its software
 * @param logDirectories as it says itself; empty when it did not answer
 */
public record NodeDetails(
    int id,
    HostPort address,
    Optional<String> rack,
    Standing standing,
    Optional<String> quorumAddress,
    String version,
    Optional<List<LogDirectory>> logDirectories) {
  /** Copies the list. */
  public NodeDetails {
    logDirectories = logDirectories.map(List::copyOf);
  }

  /** How a node stands with the cluster. */
  public enum State {
    /** It leads and follows. */
    UP,
    /** Down, unreachable, or not ready yet. */
    FENCED,
    /** A controlled shutdown is under way. */
    STOPPING,
    /**
     * Whoever answered knows of no leader of the quorum, and this node does not answer; or it is
     * what a later broker says and this client does not know.
     */
    UNKNOWN
  }

  /** Whether the quorum counts on a node's vote. */
  public enum Vote {
    /** It does not. */
    NONE,
    /** It does. */
    VOTER,
    /** It does, and the node says that it has none: its disk was emptied. */
    EMPTIED
  }

  /**
   * How it stands.
   *
   * @param vote whether it votes in the quorum
   * @param draining whether its replicas are being moved to others, or were: it gets no new ones
   * @param upSinceMs when it was let in last, in milliseconds since 1970-01-01T00:00:00Z; 0: never
   */
  public record Standing(State state, Vote vote, boolean draining, long upSinceMs) {
    /** Whether the quorum counts on its vote, which it may have lost. */
    public boolean voter() {
      return vote != Vote.NONE;
    }
  }

  /**
   * A log directory, and the room on the file system that it lies on.
   *
   * @param freeBytes what may still be written
   */
  public record LogDirectory(String path, long totalBytes, long freeBytes) {}
}
