package dev.milena.quorum.store;

import dev.milena.metadata.MetadataState;

/**
 * The replicated state as stored, and the hashes that must be alike on all members.
 *
 * @param index of the last command in it
 * @param stateHash over all rows
 * @param rollingHash over all steps of the journal
 * @param lastStep index of the journal's last step
 */
public record StoredState(
    MetadataState state, long index, long stateHash, long rollingHash, long lastStep) {}
