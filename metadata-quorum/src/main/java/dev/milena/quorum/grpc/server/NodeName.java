package dev.milena.quorum.grpc.server;

import dev.milena.metadata.IncarnationId;

/**
 * Which node answers.
 *
 * @param clusterId 22 characters
 * @param incarnation this run of it
 */
public record NodeName(String clusterId, int nodeId, IncarnationId incarnation) {}
