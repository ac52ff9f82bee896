package dev.milena.log;

/**
 * What a search by timestamp looks for.
 *
 * @param timestampMs the first batch that holds a record of this time or later is wanted
 * @param from the search starts at this offset; usually the log's start
 * @param visibleEnd and finds nothing at or beyond this offset
 */
public record TimeSearch(long timestampMs, long from, long visibleEnd) {}
