/** The process: commands, wiring, lifecycle. */
@NullMarked
package dev.milena.node;

import org.jspecify.annotations.NullMarked;
