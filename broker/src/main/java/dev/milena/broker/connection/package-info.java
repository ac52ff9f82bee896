/**
 * The one port of a broker: accepts connections, bounds their number, looks at their first bytes
 * and hands each to the door it speaks to.
 */
@NullMarked
package dev.milena.broker.connection;

import org.jspecify.annotations.NullMarked;
