package dev.milena.broker.door.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * One HTTP/2 connection spoken frame by frame over a plain socket, so that a test can say what no
 * client library would. A thread of its own reads and notes what the other side says.
 */
final class Http2Wire implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final long WAIT_NANOS = 20_000_000_000L;
  private static final int FRAME_HEADER_BYTES = 9;
  private static final int LARGEST_FRAME_BYTES = 1 << 14;
  private static final int FIRST_WINDOW_BYTES = 65_535;
  private static final int INITIAL_WINDOW_SETTING = 4;

  private final Socket socket;
  private final OutputStream out;
  private final Map<Integer, AtomicLong> heardFrames = new ConcurrentHashMap<>();
  private final Map<Integer, Map<String, String>> heardHeaders = new ConcurrentHashMap<>();
  private final Map<Integer, Long> heardResets = new ConcurrentHashMap<>();
  private final Map<Integer, Long> windows = new HashMap<>();
  private long streamWindowBytes = FIRST_WINDOW_BYTES;
  private boolean greeted;
  private volatile OptionalLong goAway = OptionalLong.empty();
  private volatile boolean deaf;
  private volatile boolean ended;

  private Http2Wire(Socket socket) throws IOException {
    this.socket = socket;
    this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 13);
  }

  /** Connects, exchanges SETTINGS as every client does, and returns when both sides have. */
  static Http2Wire to(InetSocketAddress address) throws IOException, InterruptedException {
    Http2Wire wire = new Http2Wire(new Socket(address.getAddress(), address.getPort()));
    wire.socket.setTcpNoDelay(true);
    wire.windows.put(0, (long) FIRST_WINDOW_BYTES);
    wire.out.write(PREFACE);
    wire.frame(SETTINGS, 0, 0, new byte[0]).flush();
    Thread.ofVirtual().start(wire::listen);
    wire.await(() -> wire.greeted);
    wire.frame(SETTINGS, ACK, 0, new byte[0]).flush();
    return wire;
  }

  /** The head of one call of a method, as gRPC writes it. */
  Http2Wire call(int stream, String fullMethod) throws IOException {
    return frame(HEADERS, END_HEADERS, stream, callHeaders(fullMethod));
  }

  /** The head of a call whose messages may be compressed. */
  Http2Wire gzipCall(int stream, String fullMethod) throws IOException {
    var block = new ByteArrayOutputStream();
    block.writeBytes(callHeaders(fullMethod));
    header(block, "grpc-encoding", "gzip");
    return frame(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  static byte[] callHeaders(String fullMethod) {
    var block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", "/" + fullMethod);
    header(block, ":authority", "localhost");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    return block.toByteArray();
  }

  /** A whole header block, in as many frames as it takes. */
  Http2Wire headers(int stream, byte[] block) throws IOException {
    for (int at = 0; at < block.length; at += LARGEST_FRAME_BYTES) {
      int length = Math.min(LARGEST_FRAME_BYTES, block.length - at);
      int flags = at + length == block.length ? END_HEADERS : 0;
      frameHead(length, at == 0 ? HEADERS : CONTINUATION, flags, stream);
      out.write(block, at, length);
    }
    return this;
  }

  /** A header as HPACK's literal with incremental indexing (RFC 7541, 6.2.1). */
  static void indexedHeader(ByteArrayOutputStream block, String name, String value) {
    block.write(0x40);
    text(block, name);
    text(block, value);
  }

  /** A header as HPACK's literal without indexing (RFC 7541, 6.2.2). */
  static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int left = bytes.length - 127;
    block.write(Math.min(127, bytes.length));
    if (left >= 0) {
      for (; left >= 128; left >>>= 7) {
        block.write((left & 127) | 128);
      }
      block.write(left);
    }
    block.writeBytes(bytes);
  }

  /** A whole message, compressed. */
  Http2Wire gzipMessage(int stream, byte[] message) throws IOException, InterruptedException {
    var packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(message);
    }
    return data(
        stream,
        ByteBuffer.allocate(5 + packed.size())
            .put((byte) 1)
            .putInt(packed.size())
            .put(packed.toByteArray())
            .array());
  }

  /** The first so many bytes of a message in gRPC's length-prefixed form. */
  Http2Wire message(int stream, byte[] message, int sentBytes)
      throws IOException, InterruptedException {
    return data(
        stream,
        ByteBuffer.allocate(5 + sentBytes)
            .put((byte) 0)
            .putInt(message.length)
            .put(message, 0, sentBytes)
            .array());
  }

  /** Says that a stream is complete. */
  Http2Wire end(int stream) throws IOException {
    return frame(DATA, END_STREAM, stream, new byte[0]);
  }

  /** Bytes of a stream as fast as the other side's windows allow, and while it wants them. */
  Http2Wire data(int stream, byte[] bytes) throws IOException, InterruptedException {
    for (int at = 0; at < bytes.length && !isOver(stream); ) {
      int length = Math.min(LARGEST_FRAME_BYTES, bytes.length - at);
      takeWindow(stream, length);
      frameHead(length, DATA, 0, stream);
      out.write(bytes, at, length);
      at += length;
    }
    return this;
  }

  private void takeWindow(int stream, int bytes) throws IOException, InterruptedException {
    out.flush();
    await(() -> ended || (windowOf(0) >= bytes && windowOf(stream) >= bytes));
    synchronized (this) {
      windows.put(0, windowOf(0) - bytes);
      windows.put(stream, windowOf(stream) - bytes);
    }
  }

  private long windowOf(int stream) {
    return isOver(stream) ? Integer.MAX_VALUE : windows.getOrDefault(stream, streamWindowBytes);
  }

  /** Whether the other side has reset a stream, or ended it with a status. */
  boolean isOver(int stream) {
    return heardResets.containsKey(stream) || headersOf(stream).containsKey("grpc-status");
  }

  private synchronized void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + WAIT_NANOS;
    while (!condition.getAsBoolean()) {
      long leftMs = (end - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new AssertionError("the other side gave no room within 20 s");
      }
      wait(leftMs);
    }
  }

  Http2Wire frame(int type, int flags, int stream, byte[] payload) throws IOException {
    frameHead(payload.length, type, flags, stream);
    out.write(payload);
    return this;
  }

  private void frameHead(int length, int type, int flags, int stream) throws IOException {
    out.write(head(length, type, flags, stream));
  }

  private static byte[] head(int length, int type, int flags, int stream) {
    return ByteBuffer.allocate(FRAME_HEADER_BYTES)
        .put((byte) (length >> 16))
        .putShort((short) length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .array();
  }

  /** A frame's bytes. */
  static byte[] frameOf(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(FRAME_HEADER_BYTES + payload.length)
        .put(head(payload.length, type, flags, stream))
        .put(payload)
        .array();
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Lets the other side send so many bytes more on a stream, or on the connection for 0. */
  Http2Wire window(int stream, int bytes) throws IOException {
    return frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  private void listen() {
    DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
      while (!deaf) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        note(type, flags, stream, in.readNBytes(length), decoder);
      }
      LockSupport.park();
    } catch (IOException | Http2Exception over) {
      end();
    }
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  private synchronized void note(
      int type, int flags, int stream, byte[] payload, DefaultHttp2HeadersDecoder decoder)
      throws Http2Exception {
    ByteBuf bytes = Unpooled.wrappedBuffer(payload);
    switch (type) {
      case HEADERS -> noteHeaders(stream, decoder.decodeHeaders(stream, bytes));
      case RST_STREAM -> heardResets.put(stream, bytes.readUnsignedInt());
      case SETTINGS -> noteSettings(flags, bytes);
      case WINDOW_UPDATE ->
          windows.put(
              stream, windows.getOrDefault(stream, streamWindowBytes) + bytes.readUnsignedInt());
      case GOAWAY -> goAway = OptionalLong.of(bytes.skipBytes(4).readUnsignedInt());
      default -> {}
    }
    boolean ack = (type == SETTINGS || type == PING) && (flags & ACK) != 0;
    heardFrames.computeIfAbsent(ack ? -type : type, t -> new AtomicLong()).incrementAndGet();
    notifyAll();
  }

  private void noteSettings(int flags, ByteBuf bytes) {
    greeted |= (flags & ACK) == 0;
    while (bytes.isReadable()) {
      int setting = bytes.readUnsignedShort();
      long value = bytes.readUnsignedInt();
      streamWindowBytes = setting == INITIAL_WINDOW_SETTING ? value : streamWindowBytes;
    }
  }

  private void noteHeaders(int stream, Http2Headers headers) {
    Map<String, String> known =
        heardHeaders.computeIfAbsent(stream, s -> new ConcurrentHashMap<>());
    headers.forEach(header -> known.put(header.getKey().toString(), header.getValue().toString()));
  }

  /** Reads nothing more, so that what the other side says piles up. */
  void stopListening() {
    deaf = true;
  }

  /** Forgets what was heard on streams. */
  void forget() {
    heardHeaders.clear();
    heardResets.clear();
  }

  /** How many frames of a type have been heard; acknowledgements under the type's negative. */
  long heard(int type) {
    AtomicLong count = heardFrames.get(type);
    return count == null ? 0 : count.get();
  }

  /** The headers and trailers heard on a stream so far. */
  Map<String, String> headersOf(int stream) {
    return heardHeaders.getOrDefault(stream, Map.of());
  }

  /** How many streams were answered with trailers of this gRPC status. */
  long endedWith(String grpcStatus) {
    return heardHeaders.values().stream()
        .filter(headers -> grpcStatus.equals(headers.get("grpc-status")))
        .count();
  }

  /** How many streams have begun to be answered and not been ended. */
  long answered() {
    return heardHeaders.values().stream()
        .filter(headers -> !headers.containsKey("grpc-status"))
        .count();
  }

  /** How many streams were reset with this HTTP/2 error. */
  long resetWith(long error) {
    return heardResets.values().stream().filter(code -> code == error).count();
  }

  /** The error of the other side's GOAWAY. */
  OptionalLong goAway() {
    return goAway;
  }

  /** Whether the other side has closed the connection. */
  boolean ended() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
