package dev.milena.broker.core.serving;

import dev.milena.metadata.IncarnationId;

/** What proves to other nodes that a run is this broker's. */
@FunctionalInterface
public interface RunCredentials {
  /**
   * The broker is this run from now on. Said before it registers, once for each attempt to start.
   *
   * @return SHA-256, in base64url, of the token that its calls to other nodes carry; empty for a
   *     broker that makes none
   */
  String begin(IncarnationId run);
}
