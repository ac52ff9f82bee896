package dev.milena.quorum.ratis;

import java.util.OptionalInt;

/**
 * How a member stands in the quorum, at one moment.
 *
 * @param leading this member leads and is ready to decide
 * @param leader node id of the leader, if one is known
 * @param term of the quorum as this member knows it
 * @param appliedIndex of the last entry applied here
 */
public record QuorumStatus(
    int nodeId,
    QuorumStage stage,
    boolean leading,
    OptionalInt leader,
    long term,
    long appliedIndex) {}
