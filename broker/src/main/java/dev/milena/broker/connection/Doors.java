package dev.milena.broker.connection;

/**
 * Who takes over what, by a connection's first bytes.
 *
 * @param grpc takes connections that begin with the HTTP/2 preface
 * @param kafka takes connections that begin with a Kafka request
 * @param tls takes connections that begin with a TLS handshake: to set up TLS is to put its handler
 *     into the pipeline here, and to choose again by ALPN or by the first bytes inside
 * @param http1 takes connections that begin with a request of HTTP/1
 */
public record Doors(DoorOpener grpc, DoorOpener kafka, DoorOpener tls, DoorOpener http1) {
  /** Only gRPC is open; the others are told so, each in its own language. */
  public static Doors onlyGrpc(DoorOpener grpc, RefusalLog log) {
    return new Doors(grpc, ClosedDoor.toKafka(log), ClosedDoor.toTls(log), ClosedDoor.toHttp1(log));
  }
}
