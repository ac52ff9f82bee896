package dev.milena.broker.core.cluster;

import dev.milena.broker.core.PartitionName;
import java.util.List;

/**
 * What an order to elect leaders came to.
 *
 * @param changed how many partitions got another leader
 * @param unclean those of them whose leader was not eligible
 * @param leaderless those that have none still, the first of them
 * @param leaderlessCount all of them
 * @param more whether there are further ones to elect for: as many as one order changes were
 *     changed
 */
public record ElectionView(
    int changed,
    List<UncleanLeader> unclean,
    List<Leaderless> leaderless,
    int leaderlessCount,
    boolean more) {
  /** Copies the lists. */
  public ElectionView {
    unclean = List.copyOf(unclean);
    leaderless = List.copyOf(leaderless);
  }

  /** A partition that is led by a replica which was not eligible. */
  public record UncleanLeader(PartitionName where, int leader, int epoch) {}

  /**
   * A partition without a leader.
   *
   * @param next a clause: what to do about it
   */
  public record Leaderless(PartitionName where, String next) {}
}
