package dev.milena.node.directory;

import java.nio.file.Path;
import java.util.UUID;

/**
 * One directory that is this node's alone while it runs.
 *
 * @param path where it is
 * @param id of this very directory
 */
public record ClaimedDirectory(Path path, UUID id) {}
