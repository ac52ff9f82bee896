/**
 * Hosts partitions and answers for them: the one entry of every door, the loops that own the
 * partitions, and the feed that keeps them true to the cluster's image. It knows no door.
 */
@NullMarked
package dev.milena.broker.core;

import org.jspecify.annotations.NullMarked;
