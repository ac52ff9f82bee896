package dev.milena.quorum.grpc;

import io.grpc.Metadata;

/** The headers of every call between nodes; quorum.proto says what they mean. */
public final class PeerHeaders {
  public static final Metadata.Key<String> CLUSTER =
      Metadata.Key.of("milena-cluster", Metadata.ASCII_STRING_MARSHALLER);

  public static final Metadata.Key<String> BROKER =
      Metadata.Key.of("milena-broker", Metadata.ASCII_STRING_MARSHALLER);

  public static final Metadata.Key<byte[]> TOKEN =
      Metadata.Key.of("milena-token-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private PeerHeaders() {}
}
