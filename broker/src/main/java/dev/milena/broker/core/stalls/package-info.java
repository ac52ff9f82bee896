/** Disks that do not answer and loops that do not turn: noticed and left. */
@NullMarked
package dev.milena.broker.core.stalls;

import org.jspecify.annotations.NullMarked;
