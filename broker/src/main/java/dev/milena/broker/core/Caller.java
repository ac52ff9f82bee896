package dev.milena.broker.core;

import dev.milena.metadata.CommandOrigin;

/**
 * Who asks. The core copies it into logs and into the origin of metadata changes and never decides
 * by the door's name.
 *
 * @param door an opaque label of the door, for example {@code grpc}
 * @param address where the connection came from, {@code HOST:PORT}
 * @param principal the authenticated name; {@link #ANONYMOUS} until there is authentication
 * @param tool what the client calls itself (user agent, client id); may be empty
 */
public record Caller(String door, String address, String principal, String tool) {
  /** The principal of a client that did not say who it is. */
  public static final String ANONYMOUS = CommandOrigin.ANONYMOUS;
}
