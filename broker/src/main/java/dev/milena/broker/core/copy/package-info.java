/**
 * What brokers say to each other while one copies the partitions that the other leads, and the two
 * ends of the streams on which they do.
 */
@NullMarked
package dev.milena.broker.core.copy;

import org.jspecify.annotations.NullMarked;
