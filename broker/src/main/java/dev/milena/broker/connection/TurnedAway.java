package dev.milena.broker.connection;

/** Why a connection is not served, in words for the log: what it did, and what to do about it. */
enum TurnedAway {
  /** A Kafka request. */
  KAFKA(
      "it speaks Kafka's protocol, which this port does not speak yet;"
          + " use kafkactl or a gRPC client"),
  /** A TLS handshake. */
  TLS(
      "it begins a TLS handshake, and this port is plain text;"
          + " tell the client so (gRPC: plaintext, Kafka: security.protocol=PLAINTEXT)"),
  /** A request of HTTP/1. */
  HTTP1(
      "it speaks HTTP/1, and this port is for gRPC and Kafka clients;"
          + " health is served at http.listener, port 9021 unless set"),
  /** Bytes that are nothing of all this. */
  NOISE("it speaks neither gRPC nor Kafka; look who connects from there"),
  /** Nothing whole in time. */
  SILENT("it did not say in time what it speaks; a port scan or a health check, perhaps"),
  /** The oldest of too many silent connections. */
  CROWD("too many connections say nothing; look who connects from there"),
  /** Too many connections. */
  FULL("the port has its most connections"),
  /** Too many connections from one address. */
  FULL_FOR_ADDRESS("its address has its most connections"),
  /** Answers are left unread. */
  DEAF("its client does not take what it asked for"),
  /** An error of the connection or its bytes before any door had it. */
  BROKEN("it broke");

  private final String words;

  TurnedAway(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
