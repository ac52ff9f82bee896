package dev.milena.quorum.ratis.formation;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Compares the voters that the settings list with those of a quorum. Pure. */
public final class ListedVoters {
  private ListedVoters() {}

  /**
   * Both lists, where they name other ids or addresses.
   *
   * @param listed controller.quorum.voters; empty for a node that has no such list
   */
  public static Optional<String> difference(List<Voter> listed, Formation quorum) {
    List<String> ours = texts(listed);
    List<Voter> voting =
        quorum.peers().stream()
            .map(peer -> new Voter(peer.name().nodeId(), peer.host(), peer.port()))
            .toList();
    List<String> theirs = texts(voting);
    // who is alone meets nobody, so its address means nothing
    boolean alone =
        listed.size() == 1
            && voting.size() == 1
            && listed.getFirst().id() == voting.getFirst().id();
    return listed.isEmpty() || alone || ours.equals(theirs)
        ? Optional.empty()
        : Optional.of(
            "controller.quorum.voters is %s, and the quorum's voters are %s"
                .formatted(String.join(",", ours), String.join(",", theirs)));
  }

  private static List<String> texts(List<Voter> voters) {
    return voters.stream().sorted(Comparator.comparingInt(Voter::id)).map(Voter::toString).toList();
  }
}
