package dev.milena.broker.core.cluster;

/**
 * A voter of the quorum.
 *
 * @param address HOST:PORT of its quorum listener
 * @param directoryId names the disk that votes
 * @param lastIndex of the last entry that it is known to have; -1: not known
 * @param lagEntries how many of the leader's entries it lacks; -1: not known
 * @param silentMs milliseconds since it answered the leader last, or since that leads; 0 for the
 *     leader; -1: not known
 */
public record VoterView(
    int id,
    String address,
    String directoryId,
    long lastIndex,
    long lagEntries,
    long silentMs,
    VoterStanding standing) {}
