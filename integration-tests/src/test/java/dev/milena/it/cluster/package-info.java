/** Several nodes: what they agreed on holds whatever is killed, paused or cut off. */
@NullMarked
package dev.milena.it.cluster;

import org.jspecify.annotations.NullMarked;
