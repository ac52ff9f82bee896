/** Words between brokers as messages, and who may say them. */
@NullMarked
package dev.milena.broker.peer.grpc;

import org.jspecify.annotations.NullMarked;
