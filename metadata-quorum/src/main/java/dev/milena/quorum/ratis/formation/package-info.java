/**
 * How named voters become a quorum once, how a node knows that it has, and who of them succeeds a
 * leader that is gone. Decides and reads files; sees no Ratis.
 */
@NullMarked
package dev.milena.quorum.ratis.formation;

import org.jspecify.annotations.NullMarked;
