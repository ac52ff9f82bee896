package dev.milena.quorum.ratis;

import java.util.Optional;
import org.apache.ratis.server.RaftServer;

/** As what a peer was closed by Ratis, which does not say why. */
enum ClosedAs {
  /** It led when the others removed it. */
  REMOVED_LEADER,
  /** It may have been told that it was removed. */
  CANDIDATE,
  /** Ratis closes its server, which it does after a pause alone; nobody asked for it. */
  WITH_SERVER,
  /** Anything else: nobody asked for it. */
  OTHER;

  static ClosedAs of(Optional<RaftServer.Division> own) {
    if (own.isEmpty()) {
      return OTHER;
    }
    if (own.get().getRaftServer().getLifeCycleState().isClosingOrClosed()) {
      return WITH_SERVER;
    }
    boolean votes = own.get().getRaftConf().getPeer(own.get().getId()) != null;
    return switch (own.get().getInfo().getCurrentRole()) {
      case LEADER -> votes ? OTHER : REMOVED_LEADER;
      case CANDIDATE -> CANDIDATE;
      default -> OTHER;
    };
  }
}
