/** Tests of the gRPC door, over a real port with real stubs. */
@NullMarked
package dev.milena.broker.door.grpc;

import org.jspecify.annotations.NullMarked;
