package dev.milena.quorum.grpc;

/**
 * A log directory of a node, and how much room the file system has that it lies on.
 *
 * @param freeBytes what may still be written
 */
public record DiskSpace(String path, long totalBytes, long freeBytes) {}
