package dev.milena.quorum.ratis;

/**
 * A voter of the quorum.
 *
 * @param peer its name, "nID-DIRECTORY"
 * @param host where the others meet it
 */
public record VoterStatus(String peer, int nodeId, String host, int port, VoterProgress progress) {}
