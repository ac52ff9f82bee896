package dev.milena.broker.door.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/**
 * Reads requests with one copy: out of the transport's buffers into an array of exactly their size,
 * which the message's byte fields then share. Unknown fields are dropped as they are read, since a
 * small message can hold millions of them.
 *
 * @param <T> what a request is read as
 */
final class InboundMarshaller<T> implements Marshaller<Inbound<T>> {
  /** Bound of every request that carries no records. */
  static final int PLAIN_BYTES = 1 << 20;

  /** Builds a message out of all the bytes of a request, which it may keep and write to. */
  @FunctionalInterface
  interface Reading<T> {
    T read(byte[] bytes) throws IOException, RequestRefused;
  }

  private final int limitBytes;
  private final Reading<? extends T> reading;

  InboundMarshaller(int limitBytes, Reading<? extends T> reading) {
    this.limitBytes = limitBytes;
    this.reading = reading;
  }

  /** For messages that are small: at most 1 MiB. */
  static <T extends Message> InboundMarshaller<T> plain(Parser<T> parser) {
    Parser<T> known = DiscardUnknownFieldsParser.wrap(parser);
    return new InboundMarshaller<>(
        PLAIN_BYTES, bytes -> known.parseFrom(CodedInputStream.newInstance(bytes)));
  }

  @Override
  public Inbound<T> parse(InputStream from) {
    try {
      // available() is the whole length of a KnownLength stream: too large is seen before the copy.
      if (from instanceof KnownLength && from.available() > limitBytes) {
        return tooLarge();
      }
      byte[] bytes =
          from instanceof KnownLength
              ? from.readNBytes(from.available())
              : from.readNBytes(limitBytes + 1);
      return bytes.length > limitBytes ? tooLarge() : new Inbound.Message<>(reading.read(bytes));
    } catch (InvalidProtocolBufferException malformed) {
      return new Inbound.Unreadable<>("the request is no message of its kind");
    } catch (RequestRefused refused) {
      return new Inbound.Unreadable<>(refused.refusal().message());
    } catch (StatusRuntimeException overBound) {
      // gRPC's own bound on what a compressed request unpacks to.
      return tooLarge();
    } catch (IOException broken) {
      return new Inbound.Unreadable<>("the request cannot be unpacked");
    }
  }

  private Inbound<T> tooLarge() {
    return new Inbound.Unreadable<>(
        String.format(Locale.ROOT, "a request of this kind has at most %,d bytes", limitBytes));
  }

  @Override
  public InputStream stream(Inbound<T> value) {
    throw new UnsupportedOperationException("a server does not write requests");
  }
}
