/**
 * What a node asks of others: to take part in the quorum without being a member of it, and to be
 * watched by its leader.
 */
@NullMarked
package dev.milena.quorum.grpc.client;

import org.jspecify.annotations.NullMarked;
