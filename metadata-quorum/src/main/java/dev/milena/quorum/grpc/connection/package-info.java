/** Where connections between nodes live: addresses and channels. */
@NullMarked
package dev.milena.quorum.grpc.connection;

import org.jspecify.annotations.NullMarked;
