package dev.milena.broker.core.serving;

import dev.milena.broker.core.copy.CopyTotals;
import dev.milena.broker.core.hosting.SyncTotals;

/**
 * What a broker has done since its start.
 *
 * @param scrubbedBytes looked over without being asked for, and found sound
 * @param mendedBatches damaged ones that were replaced with another replica's
 * @param syncs of logs
 * @param copied between this broker and others
 */
public record CoreTotals(
    long scrubbedBytes, long mendedBatches, SyncTotals syncs, CopyTotals copied) {}
