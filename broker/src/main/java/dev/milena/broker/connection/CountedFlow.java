package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Counts what clients have sent on streams whose handlers have not asked for it yet.
 *
 * <p>HTTP/2 lets a client send a whole window ahead on each of its streams, and gRPC keeps it: a
 * thousand streams of a connection, a mebibyte each. So what lies there is counted for all
 * connections together, and a stream that finds no room is reset. A handler that asks takes the
 * bytes out of this count; gRPC then reports them to the call.
 *
 * <p>Everything happens on the connection's event loop.
 */
@OwnedBy(Owner.CREATOR)
final class CountedFlow implements Http2LocalFlowController {
  private final Http2LocalFlowController flow;
  private final Http2Connection.PropertyKey key;
  private final ByteRoom room;

  private CountedFlow(
      Http2LocalFlowController flow, Http2Connection.PropertyKey key, ByteRoom room) {
    this.flow = flow;
    this.key = key;
    this.room = room;
  }

  /**
   * Counts a connection that gRPC has taken over; call before its first stream begins.
   *
   * @return false when gRPC's handlers are not there, since the connection broke meanwhile
   */
  static boolean install(Channel connection, ByteRoom room) {
    Http2ConnectionHandler handler = connection.pipeline().get(Http2ConnectionHandler.class);
    if (handler == null) {
      return false;
    }
    Http2Connection http2 = handler.connection();
    CountedFlow counted = new CountedFlow(http2.local().flowController(), http2.newKey(), room);
    http2.local().flowController(counted);
    http2.addListener(
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamClosed(Http2Stream stream) {
            counted.giveBack(stream);
          }
        });
    return true;
  }

  /** What one stream has sent ahead, and what that counts. */
  private static final class Ahead {
    private long bytes;
    private long count;
  }

  @Override
  public void receiveFlowControlledFrame(
      Http2Stream stream, ByteBuf data, int padding, boolean endOfStream) throws Http2Exception {
    flow.receiveFlowControlledFrame(stream, data, padding, endOfStream);
    int bytes = data.readableBytes() + padding;
    boolean onlyEnds = bytes == 0 && endOfStream;
    // A stream that we have ended drops what comes. Frames without bytes count: gRPC keeps them.
    if (stream == null || stream.state() != Http2Stream.State.OPEN || onlyEnds) {
      return;
    }
    long count = ByteRoom.buffered(bytes);
    if (!room.tryTake(count)) {
      throw Http2Exception.streamError(
          stream.id(), Http2Error.ENHANCE_YOUR_CALM, "too much of requests is under way");
    }
    Ahead ahead = ahead(stream);
    ahead.bytes += bytes;
    ahead.count += count;
  }

  private Ahead ahead(Http2Stream stream) {
    Ahead ahead = stream.getProperty(key);
    if (ahead == null) {
      ahead = new Ahead();
      stream.setProperty(key, ahead);
    }
    return ahead;
  }

  @Override
  public boolean consumeBytes(Http2Stream stream, int numBytes) throws Http2Exception {
    boolean updated = flow.consumeBytes(stream, numBytes);
    Ahead ahead = stream == null ? null : stream.getProperty(key);
    if (ahead != null && numBytes > 0) {
      // Which frames are still kept, nobody says: as many of them as of their bytes.
      long left = Math.max(0, ahead.bytes - numBytes);
      long countLeft = ahead.bytes == 0 ? 0 : ahead.count * left / ahead.bytes;
      room.giveBack(ahead.count - countLeft);
      ahead.bytes = left;
      ahead.count = countLeft;
    }
    return updated;
  }

  private void giveBack(Http2Stream stream) {
    Ahead ahead = stream.removeProperty(key);
    if (ahead != null) {
      room.giveBack(ahead.count);
    }
  }

  @Override
  public Http2LocalFlowController frameWriter(Http2FrameWriter writer) {
    flow.frameWriter(writer);
    return this;
  }

  @Override
  public int unconsumedBytes(Http2Stream stream) {
    return flow.unconsumedBytes(stream);
  }

  @Override
  public int initialWindowSize(Http2Stream stream) {
    return flow.initialWindowSize(stream);
  }

  @Override
  public void channelHandlerContext(ChannelHandlerContext ctx) throws Http2Exception {
    flow.channelHandlerContext(ctx);
  }

  @Override
  public void initialWindowSize(int newWindowSize) throws Http2Exception {
    flow.initialWindowSize(newWindowSize);
  }

  @Override
  public int initialWindowSize() {
    return flow.initialWindowSize();
  }

  @Override
  public int windowSize(Http2Stream stream) {
    return flow.windowSize(stream);
  }

  @Override
  public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
    flow.incrementWindowSize(stream, delta);
  }
}
