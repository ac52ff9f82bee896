package dev.milena.quorum.grpc.client;

/**
 * The cluster's time as the leader of the quorum said it.
 *
 * @param clusterMs milliseconds since 1970
 * @param heardMs when that was heard, on this machine's monotonic clock, in milliseconds
 */
public record HeardTime(long clusterMs, long heardMs) {}
