package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a node answers on the quorum's port.
 *
 * @param refused why the caller is told nothing more; empty if it is not refused
 * @param witness of a voter that was asked about a lost leader
 */
public record IntroductionReply(
    Introduction introduction, String refused, Optional<Witness> witness) {
  /** Of a node that was asked who it is. */
  public IntroductionReply(Introduction introduction, String refused) {
    this(introduction, refused, Optional.empty());
  }

  /** The same, of a voter that was asked about a lost leader. */
  public IntroductionReply with(Optional<Witness> told) {
    return new IntroductionReply(introduction, refused, told);
  }

  /** Whether the caller was refused. */
  public boolean isRefused() {
    return !refused.isEmpty();
  }
}
