/** Tests of the one port. */
@NullMarked
package dev.milena.broker.connection;

import org.jspecify.annotations.NullMarked;
