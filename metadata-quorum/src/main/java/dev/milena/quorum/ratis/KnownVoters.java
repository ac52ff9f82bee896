package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.VoterTraces;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Of whom the quorum is, for all that this node knows: by its log once that is open, else by its
 * disk or by what it was told. The membership's thread changes it; any reads.
 */
final class KnownVoters {
  private volatile Known known;

  /**
   * While the log is not open.
   *
   * @param index of the log's entry that says so; empty when none does
   */
  private record Known(Optional<Formation> voters, OptionalLong index) {}

  /**
   * By the disk.
   *
   * @param traces of a log that is opened later
   * @param formation the quorum that the node knows of besides
   */
  KnownVoters(Optional<VoterTraces> traces, Optional<Formation> formation) {
    Optional<Formation> newest = traces.flatMap(found -> found.newestFirst().stream().findFirst());
    known =
        newest.isPresent()
            ? new Known(newest, traces.map(VoterTraces::newestIndex).orElse(OptionalLong.empty()))
            : new Known(formation, OptionalLong.empty());
  }

  /** Told by others, or written down. */
  void become(Optional<Formation> voters) {
    known = new Known(voters, OptionalLong.empty());
  }

  /** While the log is not open. */
  Optional<Formation> untilOpen() {
    return known.voters();
  }

  /** By the log, if this peer takes part. */
  Optional<Formation> by(LocalPeer peer) {
    Optional<Formation> voters = peer.takesPart() ? peer.calls().voters() : Optional.empty();
    return voters.isPresent() ? voters : known.voters();
  }

  /**
   * How new that is: the index of the log's entry that says so. Asked after it, it may be of a
   * later one.
   */
  OptionalLong indexBy(LocalPeer peer) {
    OptionalLong index = peer.takesPart() ? peer.calls().votersIndex() : OptionalLong.empty();
    return index.isPresent() ? index : known.index();
  }
}
