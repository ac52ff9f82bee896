package dev.milena.quorum.ratis.formation;

import java.util.Optional;

/**
 * What a node answers on the quorum's port.
 *
 * @param refused why the caller is told nothing more; empty if it is not refused
 * @param witness of a voter that was asked about a lost leader
 * @param reached of one that was asked how far the voters' logs have been
 */
public record IntroductionReply(
    Introduction introduction, String refused, Optional<Witness> witness, Reached reached) {
  /** Of a node that was asked who it is. */
  public IntroductionReply(Introduction introduction, String refused) {
    this(introduction, refused, Optional.empty());
  }

  /** Of a node that was asked about a lost leader. */
  public IntroductionReply(Introduction introduction, String refused, Optional<Witness> witness) {
    this(introduction, refused, witness, Reached.NOTHING);
  }

  /** The same, of a voter that was asked about a lost leader. */
  public IntroductionReply with(Optional<Witness> told) {
    return new IntroductionReply(introduction, refused, told);
  }

  /** The same, of a voter that was asked how far the voters' logs have been. */
  public IntroductionReply with(Reached told) {
    return new IntroductionReply(introduction, refused, witness, told);
  }

  /** Whether the caller was refused. */
  public boolean isRefused() {
    return !refused.isEmpty();
  }
}
