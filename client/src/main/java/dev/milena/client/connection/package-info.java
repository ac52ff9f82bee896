/** Where connections to brokers live: addresses, channels, and why one could not be reached. */
@NullMarked
package dev.milena.client.connection;

import org.jspecify.annotations.NullMarked;
