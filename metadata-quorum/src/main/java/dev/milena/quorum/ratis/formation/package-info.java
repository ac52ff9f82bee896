/**
 * How named voters become a quorum once, and how a node knows that it has. Decides and reads files;
 * sees no Ratis.
 */
@NullMarked
package dev.milena.quorum.ratis.formation;

import org.jspecify.annotations.NullMarked;
