package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.VoterTraces;
import java.io.IOException;
import java.util.Optional;
import org.apache.ratis.protocol.RaftGroup;

/**
 * How a member begins on its folder.
 *
 * @param group whose log is opened at once, or none
 * @param stage until its log is open
 * @param traces of who votes, if it has a log that is opened later
 * @param then what to do when it listens
 */
record Beginning(
    Optional<RaftGroup> group, QuorumStage stage, Optional<VoterTraces> traces, Then then) {
  /** What to do when it listens. */
  interface Then {
    /** On the thread that starts the member. */
    void begin(Membership membership) throws IOException;
  }

  /** Without a log that is opened at once. */
  static Beginning of(QuorumStage stage, Then then) {
    return new Beginning(Optional.empty(), stage, Optional.empty(), then);
  }

  /** With what its disk says of who votes. */
  Beginning with(VoterTraces found) {
    return new Beginning(group, stage, Optional.of(found), then);
  }

  /** What the newest trace says. */
  Optional<Formation> newestTrace() {
    return traces.flatMap(found -> found.newestFirst().stream().findFirst());
  }
}
