package dev.milena.log;

/**
 * Where the data of a leader epoch ends.
 *
 * @param epoch the epoch asked for or the newest below it; {@link EpochHistory#NO_EPOCH} if none
 * @param endOffset the offset after its last record; {@link EpochHistory#NO_OFFSET} if none
 */
public record EpochEnd(int epoch, long endOffset) {}
