package dev.milena.broker.core.cluster;

/**
 * A log directory, and the room on the file system that it lies on.
 *
 * @param freeBytes what may still be written
 */
public record DirectoryRoom(String path, long totalBytes, long freeBytes) {}
