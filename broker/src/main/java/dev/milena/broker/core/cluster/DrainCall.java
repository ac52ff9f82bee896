package dev.milena.broker.core.cluster;

import dev.milena.broker.core.Caller;

/**
 * Moves the replicas of a broker to others.
 *
 * @param caller who asks
 * @param cancel instead, what moves away from it stays
 * @param timeoutMs how long to wait for the quorum, in milliseconds
 */
public record DrainCall(Caller caller, int brokerId, boolean cancel, int timeoutMs) {}
