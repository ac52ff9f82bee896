/** Where the node puts services and channels of its parts together that speak gRPC. */
@NullMarked
package dev.milena.node.grpc;

import org.jspecify.annotations.NullMarked;
