package dev.milena.broker.connection;

/**
 * Who takes over what.
 *
 * @param grpc takes connections that begin with the HTTP/2 preface
 * @param kafka takes connections that begin with a Kafka request
 */
public record Doors(DoorOpener grpc, DoorOpener kafka) {}
