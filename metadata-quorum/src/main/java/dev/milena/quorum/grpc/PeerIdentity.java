package dev.milena.quorum.grpc;

/**
 * Who this node is to others: what its calls carry.
 *
 * @param clusterId 22 characters
 * @param brokerId its node.id
 * @param tokens of its broker; calls before a run is known say nothing of the broker
 */
public record PeerIdentity(String clusterId, int brokerId, PeerTokens tokens) {}
