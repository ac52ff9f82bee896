/** The ports that a node listens on: whether they are free, and who has them if not. */
@NullMarked
package dev.milena.node.ports;

import org.jspecify.annotations.NullMarked;
