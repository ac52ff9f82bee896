package dev.milena.broker.connection;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** What a connection speaks, as far as its first bytes tell. */
enum Spoken {
  /** HTTP/2 with prior knowledge: gRPC. */
  GRPC,
  /** A Kafka request: a plausible length, API key and version. */
  KAFKA,
  /** A TLS handshake, for which this port is not set up. */
  TLS,
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

  private static final int TLS_HANDSHAKE = 0x16;

  /**
   * Decides from the readable bytes, without moving the reader index.
   *
   * <p>The three languages part at the first byte: {@code P} begins the preface, 0x16 a TLS record,
   * and the length of a Kafka frame within {@code largestFrameBytes} begins with a smaller byte
   * than both. The whole preface is waited for, all 24 bytes, since a connection that stops in the
   * middle of it must meet this port's deadline and not the longer one of gRPC.
   *
   * @param largestFrameBytes a longer frame is no Kafka frame
   */
  static Spoken of(ByteBuf bytes, int largestFrameBytes) {
    int readable = bytes.readableBytes();
    if (readable == 0) {
      return UNDECIDED;
    }
    int at = bytes.readerIndex();
    int first = bytes.getUnsignedByte(at);
    if (first == PREFACE[0]) {
      return preface(bytes, at, Math.min(readable, PREFACE.length));
    }
    if (first == TLS_HANDSHAKE) {
      return TLS;
    }
    return kafka(bytes, at, readable, largestFrameBytes);
  }

  private static Spoken preface(ByteBuf bytes, int at, int count) {
    for (int i = 0; i < count; i++) {
      if (bytes.getByte(at + i) != PREFACE[i]) {
        return NEITHER;
      }
    }
    return count == PREFACE.length ? GRPC : UNDECIDED;
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
