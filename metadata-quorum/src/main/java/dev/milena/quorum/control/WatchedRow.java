package dev.milena.quorum.control;

import dev.milena.metadata.IncarnationId;

/**
 * What the image says of a broker, as far as watching it goes.
 *
 * @param host where it is dialled
 * @param brokerEpoch compare-and-set for commands about it
 * @param stopping whether a controlled shutdown is under way
 * @param sinceIndex index of the entry that made the row what it is; a broker that has not
 *     acknowledged it does not know yet what became of it
 */
public record WatchedRow(
    int id,
    String host,
    int port,
    IncarnationId incarnation,
    long brokerEpoch,
    boolean fenced,
    boolean stopping,
    long sinceIndex) {}
