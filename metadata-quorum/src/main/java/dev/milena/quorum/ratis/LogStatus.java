package dev.milena.quorum.ratis;

/**
 * How far a member's own log is; -1 where there is nothing yet.
 *
 * @param startIndex of the first entry that is kept
 * @param endIndex of the next entry to be written
 * @param committedIndex of the last entry that is known to be agreed on
 * @param appliedIndex of the last entry applied here
 * @param snapshotIndex of the last entry in the newest snapshot
 */
public record LogStatus(
    long startIndex, long endIndex, long committedIndex, long appliedIndex, long snapshotIndex) {}
