package dev.milena.broker.core;

/**
 * Where a partition stood when it was read.
 *
 * @param startOffset the offset that was asked for, after a time or a place was looked up
 * @param logStart the first offset still kept
 * @param highWatermark the end of the committed log
 * @param leaderEpoch the leader's epoch
 */
public record LogBounds(long startOffset, long logStart, long highWatermark, int leaderEpoch) {}
