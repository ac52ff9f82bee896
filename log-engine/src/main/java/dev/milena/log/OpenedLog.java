package dev.milena.log;

/** A log that is ready, and what it took to get there. */
public record OpenedLog(PartitionLog log, RecoveryReport report) {}
