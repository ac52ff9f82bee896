package dev.milena.quorum.grpc;

/**
 * Who this node is to others: what its calls carry.
 *
 * @param clusterId 22 characters
 * @param brokerId its node.id
 * @param token of this run of the broker, whether it is registered yet or not
 */
public record PeerIdentity(String clusterId, int brokerId, BrokerToken token) {}
