package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/**
 * Lets connections in no faster than they say what they speak.
 *
 * <p>While too many have said nothing, the next ones wait in the kernel: most of them only wait for
 * an I/O thread to read what they sent at once, as when a thousand clients come back together.
 * Those that had a second and still say nothing are closed to make room, the oldest first. Lives on
 * the accepting loop.
 */
@OwnedBy(Owner.CREATOR)
final class AcceptGate extends ChannelInboundHandlerAdapter {
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_AGAIN_MS = 10;

  private final ConnectionCensus census;
  private final RefusalLog log;
  private boolean holding;

  AcceptGate(ConnectionCensus census, RefusalLog log) {
    this.census = census;
    this.log = log;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Channel connection) {
      census.waits(connection, System.nanoTime());
      var _ = connection.closeFuture().addListener(closed -> census.decided(connection));
      if (census.crowded() && !holding) {
        holding = true;
        ctx.channel().config().setAutoRead(false);
        look(ctx);
      }
    }
    ctx.fireChannelRead(message);
  }

  private void look(ChannelHandlerContext ctx) {
    for (Channel silent : census.silentSince(System.nanoTime() - GRACE_NANOS)) {
      log.refused(TurnedAway.CROWD, silent.remoteAddress());
      var _ = silent.close();
    }
    if (census.crowded()) {
      var _ = ctx.executor().schedule(() -> look(ctx), LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
      return;
    }
    holding = false;
    ctx.channel().config().setAutoRead(true);
  }
}
