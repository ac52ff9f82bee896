package dev.milena.broker.peer.grpc;

/**
 * Who calls, as his connection says; whether it is true the image tells.
 *
 * @param broker id
 * @param tokenHash of the token that came with the call, as the image keeps it
 */
public record FollowerProof(int broker, String tokenHash) {}
