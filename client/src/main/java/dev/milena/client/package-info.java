/**
 * The Java client: topics, producing and consuming over gRPC.
 *
 * <p>Threads of one {@link dev.milena.client.MilenaClient}: one for the network (shared by all its
 * producers and consumers), one more for each producer, and one short-lived virtual thread for each
 * look-up of leaders under way, at most one a topic. Consumers have no thread of their own: they
 * work while they are polled.
 */
@NullMarked
package dev.milena.client;

import org.jspecify.annotations.NullMarked;
