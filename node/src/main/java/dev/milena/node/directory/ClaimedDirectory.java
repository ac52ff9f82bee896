package dev.milena.node.directory;

import java.nio.file.Path;

/**
 * One directory that is this node's alone while it runs.
 *
 * @param path where it is
 */
public record ClaimedDirectory(Path path) {}
