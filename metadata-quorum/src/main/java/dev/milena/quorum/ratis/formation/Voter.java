package dev.milena.quorum.ratis.formation;

/**
 * A member of the quorum as the settings name it: ID@HOST:PORT of controller.quorum.voters.
 *
 * @param id the node.id
 */
public record Voter(int id, String host, int port) {
  @Override
  public String toString() {
    return id + "@" + host + ":" + port;
  }
}
