package dev.milena.broker.door.grpc;

/**
 * A request as it was read. What cannot be read is a value too: an exception out of a marshaller
 * would reach the client as UNKNOWN, without the reason that milena.v1 promises.
 *
 * @param <T> the message
 */
sealed interface Inbound<T> {
  /** Read. */
  record Message<T>(T message) implements Inbound<T> {}

  /** No message of its kind, or over a bound that holds before it is built. */
  record Unreadable<T>(String why) implements Inbound<T> {}

  /** The message; refuses the request when there is none. */
  default T orRefuse() throws RequestRefused {
    return switch (this) {
      case Message<T>(T message) -> message;
      case Unreadable<T>(String why) -> throw RequestRefused.invalid(why);
    };
  }
}
