/** Tests of a node's ways to the quorum. */
@NullMarked
package dev.milena.node.quorum;

import org.jspecify.annotations.NullMarked;
