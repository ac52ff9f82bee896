package dev.milena.client;

/**
 * What an order to move replicas came to.
 *
 * @param changed how many partitions have other replicas now, or are on the way to them, or are
 *     back
 * @param underWay how many of those named wait for their new replicas to be in sync
 */
public record BegunMoves(int changed, int underWay) {}
