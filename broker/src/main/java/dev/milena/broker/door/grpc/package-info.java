/**
 * The gRPC door: milena.v1 as services. Handlers turn messages into calls of the core and its
 * outcomes into messages; what a request may ask is decided here, what becomes of it there.
 */
@NullMarked
package dev.milena.broker.door.grpc;

import org.jspecify.annotations.NullMarked;
