/**
 * What both ends of a call between nodes share: who calls, with which token, and how ids lie in
 * messages.
 */
@NullMarked
package dev.milena.quorum.grpc;

import org.jspecify.annotations.NullMarked;
