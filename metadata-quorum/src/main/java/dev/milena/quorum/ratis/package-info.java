/** The quorum: Apache Ratis around the rules of the metadata; the one place that sees Ratis. */
@NullMarked
package dev.milena.quorum.ratis;

import org.jspecify.annotations.NullMarked;
