/** Tests of the ways to other nodes that speak gRPC. */
@NullMarked
package dev.milena.node.grpc;

import org.jspecify.annotations.NullMarked;
