package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * A voter listens at another port than the one that the quorum meets it at. Pure.
 *
 * <p>Only ports are compared: one host has many names and addresses.
 *
 * @param known where the quorum meets it
 * @param port that it listens at
 * @param alone whether it is the only voter
 */
public record OwnAddress(Peer known, int port, boolean alone) {
  /** Of a voter that listens at that port; empty if the quorum meets it there, or not at all. */
  public static Optional<OwnAddress> elsewhere(PeerName self, int port, Formation quorum) {
    return quorum.peers().stream()
        .filter(peer -> peer.name().equals(self) && peer.port() != port)
        .findFirst()
        .map(peer -> new OwnAddress(peer, port, !quorum.hasOthers(self)));
  }

  /** Whether it harms nobody: one voter alone that was to have any free port. */
  public boolean isMeant() {
    return alone && known.port() == 0;
  }

  /** What the voter says of it when it starts. */
  public String atStart() {
    return "the quorum meets this voter at %s, and it listens at port %s: %s; %s"
        .formatted(
            known.address(),
            port,
            alone
                ? "it is the only voter and goes on alone, but takes in no other"
                : "the others cannot reach it, so it does not take part",
            nextStep());
  }

  /** Why a leader takes in nobody. */
  String atAdding() {
    return "the quorum meets its leader, node %s, at %s, and that listens at port %s, so a newcomer could not reach it: %s"
        .formatted(known.name().nodeId(), known.address(), port, nextStep());
  }

  private String nextStep() {
    if (known.port() == 0) {
      return "it was formed on any free port (quorum.listener with port 0), and stays a quorum of one; begin one of several anew, with a port";
    }
    String back = "set quorum.listener of this node back to port %s".formatted(known.port());
    int id = known.name().nodeId();
    return alone
        ? back + ", and start it again"
        : back
            + ", or have the others remove it and add it where it is now: kafkactl quorum --remove-voter %s, then --add-voter %s@HOST:%s"
                .formatted(id, id, port);
  }
}
