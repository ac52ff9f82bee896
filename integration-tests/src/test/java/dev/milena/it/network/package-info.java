/** Several hosts on one machine, to be cut off from each other. */
@NullMarked
package dev.milena.it.network;

import org.jspecify.annotations.NullMarked;
