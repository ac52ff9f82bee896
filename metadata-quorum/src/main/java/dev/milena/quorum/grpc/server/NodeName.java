package dev.milena.quorum.grpc.server;

import dev.milena.metadata.IncarnationId;
import java.util.function.Supplier;

/**
 * Which node answers.
 *
 * @param clusterId 22 characters
 * @param run which run of the broker it is, {@link IncarnationId#NONE} before it has registered;
 *     asked on any thread
 */
public record NodeName(String clusterId, int nodeId, Supplier<IncarnationId> run) {}
