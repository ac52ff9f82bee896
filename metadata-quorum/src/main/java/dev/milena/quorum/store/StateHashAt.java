package dev.milena.quorum.store;

/**
 * A member's state hash at one index; alike on all members that have applied it.
 *
 * @param stateHash after the entry of {@code index} was applied
 */
public record StateHashAt(long index, long stateHash) {}
