package dev.milena.quorum.ratis.formation;

import java.util.Comparator;

/**
 * A member of the quorum as the settings name it: ID@HOST:PORT of controller.quorum.voters.
 *
 * @param id the node.id
 */
public record Voter(int id, String host, int port) implements Comparable<Voter> {
  private static final Comparator<Voter> ORDER =
      Comparator.comparingInt(Voter::id).thenComparing(Voter::host).thenComparingInt(Voter::port);

  @Override
  public int compareTo(Voter other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return id + "@" + host + ":" + port;
  }
}
