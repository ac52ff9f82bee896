package dev.milena.quorum.ratis.formation;

/**
 * What a node answers on the quorum's port.
 *
 * @param refused why the caller is told nothing more; empty if it is not refused
 */
public record IntroductionReply(Introduction introduction, String refused) {
  /** Whether the caller was refused. */
  public boolean isRefused() {
    return !refused.isEmpty();
  }
}
