/** The directories that hold a node's data: whose they are, and that nobody else uses them. */
@NullMarked
package dev.milena.node.directory;

import org.jspecify.annotations.NullMarked;
