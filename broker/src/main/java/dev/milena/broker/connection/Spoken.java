package dev.milena.broker.connection;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** What a connection speaks, as far as its first bytes tell. */
enum Spoken {
  /** HTTP/2 with prior knowledge: gRPC. */
  GRPC,
  /** A Kafka request: a plausible length, API key and version. */
  KAFKA,
  /** A TLS handshake. */
  TLS,
  /** A request of HTTP/1, by its method. */
  HTTP1,
  /** Nothing that is spoken here. */
  NEITHER,
  /** Too few bytes to tell. */
  UNDECIDED;

  /** The client's connection preface (RFC 9113, 3.4). */
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Length, API key and version: what is looked at of a Kafka request. */
  private static final int KAFKA_HEAD_BYTES = 8;

  /** Above every API key of Kafka 4.x (92), with room. */
  private static final int LARGEST_API_KEY = 127;

  /** Above every version of every API of Kafka 4.x (18), with room. */
  private static final int LARGEST_API_VERSION = 31;

  /** A record of the handshake protocol, version 3.x (RFC 8446, 5.1). */
  private static final byte[] TLS_HANDSHAKE = {0x16, 3};

  /** Methods of HTTP/1 (RFC 9110, 9.3, and PATCH), each with the blank that ends it. */
  private static final List<byte[]> HTTP1_METHODS =
      Stream.of(
              "GET ",
              "HEAD ",
              "POST ",
              "PUT ",
              "DELETE ",
              "CONNECT ",
              "OPTIONS ",
              "TRACE ",
              "PATCH ")
          .map(method -> method.getBytes(StandardCharsets.US_ASCII))
          .toList();

  /**
   * Decides from the readable bytes, without moving the reader index.
   *
   * <p>What is spelled out comes first: the preface, the beginning of a TLS record, a method of
   * HTTP/1. Read as the length of a Kafka frame they are 350 MiB and more, which only a port that
   * is set to larger frames could mean. The whole preface is waited for, all 24 bytes, since a
   * connection that stops in the middle of it must meet this port's deadline and not the longer one
   * of gRPC.
   *
   * @param largestFrameBytes a longer frame is no Kafka frame
   */
  static Spoken of(ByteBuf bytes, int largestFrameBytes) {
    int readable = bytes.readableBytes();
    if (readable == 0) {
      return UNDECIDED;
    }
    Spoken spelled = spelled(bytes);
    return spelled == NEITHER
        ? kafka(bytes, bytes.readerIndex(), readable, largestFrameBytes)
        : spelled;
  }

  private static Spoken spelled(ByteBuf bytes) {
    Spoken said = begins(bytes, PREFACE, GRPC);
    said = said == NEITHER ? begins(bytes, TLS_HANDSHAKE, TLS) : said;
    for (byte[] method : HTTP1_METHODS) {
      said = said == NEITHER ? begins(bytes, method, HTTP1) : said;
    }
    return said;
  }

  /** What bytes say that begin with a word; undecided while they are only the front of it. */
  private static Spoken begins(ByteBuf bytes, byte[] word, Spoken language) {
    int count = Math.min(bytes.readableBytes(), word.length);
    for (int i = 0; i < count; i++) {
      if (bytes.getByte(bytes.readerIndex() + i) != word[i]) {
        return NEITHER;
      }
    }
    return count == word.length ? language : UNDECIDED;
  }

  private static Spoken kafka(ByteBuf bytes, int at, int readable, int largestFrameBytes) {
    if (bytes.getUnsignedByte(at) > largestFrameBytes >>> 24) {
      return NEITHER;
    }
    if (readable < KAFKA_HEAD_BYTES) {
      return UNDECIDED;
    }
    int length = bytes.getInt(at);
    boolean plausible =
        length >= KAFKA_HEAD_BYTES
            && length <= largestFrameBytes
            && bytes.getUnsignedShort(at + 4) <= LARGEST_API_KEY
            && bytes.getUnsignedShort(at + 6) <= LARGEST_API_VERSION;
    return plausible ? KAFKA : NEITHER;
  }
}
