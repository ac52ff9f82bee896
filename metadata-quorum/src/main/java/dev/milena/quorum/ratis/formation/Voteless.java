package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a node says that has no vote. Pure.
 *
 * @param emptied whether the quorum, as far as this node knows, counts on a vote of its number
 * @param says with the command that mends it
 */
public record Voteless(boolean emptied, String says) {
  /**
   * Of a node.
   *
   * @param voters as far as it knows
   * @param own HOST:PORT of its quorum listener
   */
  public static Voteless of(PeerName self, Optional<Formation> voters, String own) {
    return voters
        .flatMap(all -> all.ofNode(self.nodeId()))
        .filter(voter -> !voter.name().equals(self))
        .map(voter ->
            new Voteless(
                true,
                "this node has no vote in the quorum, which counts on one: it was emptied; kafkactl quorum --add-voter %s gives it its vote back"
                    .formatted(voter)))
        .orElseGet(() ->
            new Voteless(
                false,
                "this node has no vote in the quorum; kafkactl quorum --add-voter %s@%s makes it a voter"
                    .formatted(self.nodeId(), own)));
  }
}
