/**
 * The node's member of the quorum, and the quorum elsewhere, as its broker and its peers see it.
 */
@NullMarked
package dev.milena.node.quorum;

import org.jspecify.annotations.NullMarked;
