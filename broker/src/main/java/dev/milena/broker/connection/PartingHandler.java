package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Sends a last word and lets the other side read it: what still comes is thrown away until it hangs
 * up, for a second at most. To close at once with bytes unread would reset the connection, and take
 * the word back. Lives on the connection's event loop.
 */
@OwnedBy(Owner.CREATOR)
final class PartingHandler extends ChannelInboundHandlerAdapter {
  private static final long LINGER_MS = 1_000;

  private final ByteBuf word;

  PartingHandler(ByteBuf word) {
    this.word = word;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    var _ = ctx.writeAndFlush(word).addListener(sent -> finish(ctx));
    var _ = ctx.executor().schedule(() -> hangUp(ctx), LINGER_MS, TimeUnit.MILLISECONDS);
  }

  private static void finish(ChannelHandlerContext ctx) {
    if (ctx.channel() instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
  }

  private static void hangUp(ChannelHandlerContext ctx) {
    var _ = ctx.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // It hung up with our word unread: it was turned away, and the log has said so.
    hangUp(ctx);
  }
}
