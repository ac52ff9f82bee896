package dev.milena.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an order to elect leaders came to.
 *
 * @param changed how many partitions have another leader now
 * @param unclean those of them whose leader was neither in sync nor eligible: what others had and
 *     it has not is lost
 * @param leaderless the first 1,000 of those asked for that have no leader still
 * @param leaderlessCount how many these are in all
 * @param more whether there are further ones to elect leaders for: ask again
 */
public record ElectedLeaders(
    int changed,
    List<UncleanLeader> unclean,
    List<Leaderless> leaderless,
    int leaderlessCount,
    boolean more) {
  /** Copies the lists. */
  public ElectedLeaders {
    unclean = List.copyOf(unclean);
    leaderless = List.copyOf(leaderless);
  }

  /**
   * Whose partitions are meant, and what may be done to them.
   *
   * @param topic empty: all topics
   * @param partition of the topic; empty: all of them
   * @param unclean the order to lose what nobody has that can lead; for one topic at a time
   */
  public record Wanted(Optional<String> topic, OptionalInt partition, boolean unclean) {}

  /** A partition that was given a leader by order. */
  public record UncleanLeader(TopicPartition where, int leader, int leaderEpoch) {}

  /**
   * A partition that has no leader.
   *
   * @param next a clause for people: what to do about it
   */
  public record Leaderless(TopicPartition where, String next) {}
}
