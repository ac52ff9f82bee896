/** The http port: whether the process lives and whether it serves. */
@NullMarked
package dev.milena.node.http;

import org.jspecify.annotations.NullMarked;
