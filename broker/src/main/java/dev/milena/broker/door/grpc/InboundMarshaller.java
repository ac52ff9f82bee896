package dev.milena.broker.door.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.StatusRuntimeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
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

  private static final int FIRST_PIECE_BYTES = 16 << 10;

  private final int limitBytes;
  private final Inbound.Reading<? extends T> reading;

  InboundMarshaller(int limitBytes, Inbound.Reading<? extends T> reading) {
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
    CallMemory memory = CallMemory.current();
    try {
      // available() is the whole length of a KnownLength stream: too large is seen before the copy.
      return from instanceof KnownLength ? copied(from, memory) : unpacked(from, memory);
    } catch (StatusRuntimeException overBound) {
      // gRPC's own bound on what a compressed request unpacks to.
      return tooLarge();
    } catch (RequestRefused refused) {
      return new Inbound.Unfit<>(refused.refusal());
    } catch (IOException broken) {
      return unfit("the request cannot be unpacked");
    } finally {
      memory.piecesRead();
    }
  }

  private Inbound<T> copied(InputStream from, CallMemory memory)
      throws IOException, RequestRefused {
    int length = from.available();
    if (length > limitBytes) {
      return tooLarge();
    }
    hold(length, memory);
    // not readNBytes(length), which gathers pieces of 16 KiB and copies them once more
    byte[] bytes = new byte[length];
    if (from.readNBytes(bytes, 0, length) < length) {
      throw new EOFException("a request ends before its length");
    }
    return new Inbound.Arrived<>(bytes, reading, memory);
  }

  /** Of a compressed request nobody knows the size: the array grows, never beyond the bound. */
  private Inbound<T> unpacked(InputStream from, CallMemory memory)
      throws IOException, RequestRefused {
    byte[] bytes = {};
    try {
      int count = 0;
      for (int read = 0; read >= 0; read = from.read(bytes, count, bytes.length - count)) {
        count += read;
        if (count > limitBytes) {
          return tooLarge();
        }
        if (count == bytes.length) {
          bytes = wider(bytes, memory);
        }
      }
      hold(count, memory);
      return new Inbound.Arrived<>(Arrays.copyOf(bytes, count), reading, memory);
    } finally {
      memory.drop(bytes.length);
    }
  }

  private byte[] wider(byte[] bytes, CallMemory memory) throws RequestRefused {
    int next = Math.min(limitBytes + 1, Math.max(FIRST_PIECE_BYTES, 2 * bytes.length));
    hold(next, memory);
    byte[] wider = Arrays.copyOf(bytes, next);
    memory.drop(bytes.length);
    return wider;
  }

  private static void hold(int bytes, CallMemory memory) throws RequestRefused {
    if (!memory.tryHold(bytes)) {
      throw new RequestRefused(memory.full());
    }
  }

  private Inbound<T> tooLarge() {
    return unfit(
        String.format(Locale.ROOT, "a request of this kind has at most %,d bytes", limitBytes));
  }

  private Inbound<T> unfit(String why) {
    return new Inbound.Unfit<>(Refusal.of(ErrorKind.INVALID_REQUEST, why));
  }

  /** What was read, again: for gRPC's own services, whose requests we only measure. */
  @Override
  public InputStream stream(Inbound<T> value) {
    return value.stream();
  }
}
