package dev.milena.metadata;

/**
 * Where a step stands in the journal.
 *
 * @param term of the leader whose entry it is
 * @param index of the entry
 * @param previousIndex index of the step before, {@link #NO_INDEX} for the first: a follower that
 *     holds another one has missed something
 */
public record JournalPlace(long term, long index, long previousIndex) {
  /** Before the first entry. */
  public static final long NO_INDEX = -1;
}
