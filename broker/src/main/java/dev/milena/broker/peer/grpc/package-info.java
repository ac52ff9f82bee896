/** The streams on which brokers copy partitions from each other, over gRPC: both ends. */
@NullMarked
package dev.milena.broker.peer.grpc;

import org.jspecify.annotations.NullMarked;
