package dev.milena.metadata;

/**
 * The time and chance that a decision may use, chosen once by the quorum's leader.
 *
 * <p>Deciders see no clock and no randomness; because the stamp is replicated with the command,
 * every member decides the same, also when it replays the log years later.
 *
 * @param timeMs milliseconds since 1970-01-01T00:00:00Z; on its way into a decision it is raised to
 *     the latest time seen, so that it never runs back
 * @param freshId an id nobody has, for what the command creates
 * @param seed spreads replicas over brokers
 */
public record CommandStamp(long timeMs, TopicId freshId, long seed) {
  /** The same stamp, not before {@code earliestMs}. */
  public CommandStamp notBefore(long earliestMs) {
    return timeMs >= earliestMs ? this : new CommandStamp(earliestMs, freshId, seed);
  }
}
