package dev.milena.quorum.control;

/**
 * What a broker says of itself on its standing stream.
 *
 * @param acknowledgedIndex everything up to here is in its image and told to its loops
 * @param ready its logs are open: it can lead
 * @param leaving it is stopping and has given away what it could
 */
public record Beat(long acknowledgedIndex, boolean ready, boolean leaving) {}
