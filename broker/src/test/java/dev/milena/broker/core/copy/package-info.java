/** Words between brokers, and the links on which they are said. */
@NullMarked
package dev.milena.broker.core.copy;

import org.jspecify.annotations.NullMarked;
