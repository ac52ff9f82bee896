package dev.milena.broker.core.hosting;

import dev.milena.broker.core.PartitionName;
import dev.milena.metadata.PartitionId;

/**
 * A partition as the broker knows it and as clients name it.
 *
 * @param id chooses the loop and the folder
 * @param name for messages to people, never for a path
 */
public record PartitionAddress(PartitionId id, PartitionName name) {}
