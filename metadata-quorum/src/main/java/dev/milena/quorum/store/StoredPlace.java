package dev.milena.quorum.store;

/**
 * Where a store stands after a command.
 *
 * @param stateHash over all rows
 * @param rollingHash over all steps of the journal
 * @param lastStep index of the journal's last step
 */
public record StoredPlace(long stateHash, long rollingHash, long lastStep) {}
