package dev.milena.client;

/** Reasons that the client itself gives, beside the brokers' own. */
public enum ClientReason {
  /** No address could be connected to; {@link NoBrokerReachable} lists what each answered. */
  NO_BROKER_REACHABLE("UNAVAILABLE"),
  /** A connection broke before the answer came. A change may or may not have been made. */
  CONNECTION_LOST("UNAVAILABLE"),
  /** Something answered gRPC there, but not as a Milena broker does. */
  NOT_A_BROKER("UNIMPLEMENTED"),
  /** The time given was over before an answer came. A change may or may not have been made. */
  TIMED_OUT("DEADLINE_EXCEEDED"),
  /** As much as bufferBytes waits to be sent, and nothing was acknowledged for maxBlockMs. */
  BUFFER_FULL("RESOURCE_EXHAUSTED"),
  /**
   * The record was not acknowledged within deliveryTimeoutMs, or was sent together with one that
   * was not and cannot be sent again without it.
   */
  DELIVERY_TIMED_OUT("DEADLINE_EXCEEDED"),
  /** The producer or client was closed first. */
  CLOSED("CANCELLED"),
  /** The thread was interrupted while it waited. */
  INTERRUPTED("CANCELLED"),
  /** The producer's own thread died; a fault of the client. */
  CLIENT_FAILED("INTERNAL"),
  /** A stored batch could not be read. */
  CORRUPT_BATCH("DATA_LOSS"),
  /** One record is larger than a batch may ever be. */
  RECORD_TOO_LARGE("INVALID_ARGUMENT"),
  /** The topic has no such partition. */
  UNKNOWN_PARTITION("NOT_FOUND");

  private final String status;

  ClientReason(String status) {
    this.status = status;
  }

  /** An exception of this reason, about nothing in particular. */
  MilenaException failure(String message) {
    return new MilenaException(name(), status, message, java.util.Map.of());
  }

  /** An exception of this reason. */
  MilenaException failure(String message, java.util.Map<String, String> about) {
    return new MilenaException(name(), status, message, about);
  }

  /** An exception of this reason with its cause. */
  MilenaException failure(String message, Throwable cause) {
    return new MilenaException(name(), status, message, java.util.Map.of(), cause);
  }
}
