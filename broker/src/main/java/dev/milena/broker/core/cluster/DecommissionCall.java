package dev.milena.broker.core.cluster;

import dev.milena.broker.core.Caller;

/**
 * Forgets a broker.
 *
 * @param caller who asks
 * @param timeoutMs how long to wait for the quorum, in milliseconds
 */
public record DecommissionCall(Caller caller, int brokerId, int timeoutMs) {}
