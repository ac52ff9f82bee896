package dev.milena.metadata;

/**
 * Where an entry stands in the quorum's log.
 *
 * @param term of the leader whose entry it is
 */
public record EntryPlace(long term, long index) {}
