package dev.milena.simulation;

/**
 * What a run met.
 *
 * @param acknowledged records acknowledged with acks=all
 * @param read records read and compared
 * @param forgotten offsets that retention let go
 * @param faults how many faults struck
 * @param restarts how often the broker came back, orderly stops included
 * @param simulatedMs how much time passed in it
 */
public record SeedReport(
    long seed,
    long acknowledged,
    long read,
    long forgotten,
    int faults,
    int restarts,
    long simulatedMs) {}
