/**
 * What a node with a member of the quorum does for other nodes: milena.peer.v1, served on the
 * client port.
 */
@NullMarked
package dev.milena.quorum.grpc.server;

import org.jspecify.annotations.NullMarked;
