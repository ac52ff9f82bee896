package dev.milena.broker.door.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.milena.broker.core.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request as it came. What cannot be read is a value too: an exception out of a marshaller would
 * reach the client as UNKNOWN, without the reason that milena.v1 promises.
 *
 * <p>The message is built when it is opened and not before: as an object it costs many times its
 * bytes, and a client that never says that its request is complete must not make us hold that.
 *
 * @param <T> the message
 */
sealed interface Inbound<T> {
  /** Builds a message out of all the bytes of a request, which it may keep and write to. */
  @FunctionalInterface
  interface Reading<T> {
    T read(byte[] bytes) throws IOException, RequestRefused;
  }

  /** All of its bytes are here, counted as held. */
  final class Arrived<T> implements Inbound<T> {
    private final byte[] bytes;
    private final Reading<? extends T> reading;
    private final CallMemory memory;

    /** Keeps the bytes. */
    Arrived(byte[] bytes, Reading<? extends T> reading, CallMemory memory) {
      this.bytes = bytes;
      this.reading = reading;
      this.memory = memory;
    }

    private T read() throws RequestRefused {
      try {
        return reading.read(bytes);
      } catch (InvalidProtocolBufferException malformed) {
        throw RequestRefused.invalid("the request is no message of its kind");
      } catch (IOException broken) {
        throw RequestRefused.invalid("the request cannot be unpacked");
      }
    }
  }

  /** Over a bound that holds before it is read, or not readable at all. */
  record Unfit<T>(Refusal refusal) implements Inbound<T> {}

  /** The message; refuses the request when there is none. */
  default T open() throws RequestRefused {
    return switch (this) {
      case Arrived<T> arrived -> arrived.read();
      case Unfit<T>(Refusal refusal) -> throw new RequestRefused(refusal);
    };
  }

  /** The bytes as they came, for whoever reads them himself; empty when there are none. */
  default InputStream stream() {
    return switch (this) {
      case Arrived<T> arrived -> new ByteArrayInputStream(arrived.bytes);
      case Unfit<T> _ -> InputStream.nullInputStream();
    };
  }

  /** The core has it, or nobody wants it: its bytes are counted no more. Call once. */
  default void release() {
    switch (this) {
      case Arrived<T> arrived -> arrived.memory.drop(arrived.bytes.length);
      case Unfit<T> _ -> {}
    }
  }
}
