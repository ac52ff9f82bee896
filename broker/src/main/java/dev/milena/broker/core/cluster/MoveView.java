package dev.milena.broker.core.cluster;

/**
 * What an order to move replicas came to.
 *
 * @param changed how many partitions have another row now
 * @param underWay how many of those named wait for their new replicas to be in sync
 */
public record MoveView(int changed, int underWay) {}
