package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the first bytes of one connection and hands it to the door they belong to.
 *
 * <p>Bounded in time by the port's deadline, in bytes by what one read brings (reading stops at the
 * decision), and in number by the census. Lives on the connection's event loop.
 */
@OwnedBy(Owner.CREATOR)
final class FirstBytesHandler extends ByteToMessageDecoder {
  private final ConnectionSettings.Limits limits;
  private final ConnectionCensus census;
  private final Doors doors;
  private final RefusalLog log;
  private @Nullable Future<?> deadline;
  private boolean decided;

  FirstBytesHandler(
      ConnectionSettings.Limits limits, ConnectionCensus census, Doors doors, RefusalLog log) {
    this.limits = limits;
    this.census = census;
    this.doors = doors;
    this.log = log;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor().schedule(() -> tooLate(ctx), limits.decideMs(), TimeUnit.MILLISECONDS);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (decided) {
      // Handed over, but the door is not ready yet: the bytes are kept for it.
      return;
    }
    Spoken spoken = Spoken.of(in, limits.largestFrameBytes());
    if (spoken == Spoken.UNDECIDED) {
      return;
    }
    settle(ctx);
    switch (spoken) {
      case GRPC -> handOver(ctx, doors.grpc());
      case KAFKA -> handOver(ctx, doors.kafka());
      case TLS -> handOver(ctx, doors.tls());
      case HTTP1 -> handOver(ctx, doors.http1());
      case NEITHER, UNDECIDED -> refuse(ctx, in);
    }
  }

  private void handOver(ChannelHandlerContext ctx, DoorOpener door) {
    Channel connection = ctx.channel();
    connection.config().setAutoRead(false);
    door.open(
        connection,
        () -> {
          if (!connection.isActive()) {
            return;
          }
          // Removing a ByteToMessageDecoder fires the bytes it holds to the handlers behind it.
          connection.pipeline().remove(this);
          connection.config().setAutoRead(true);
        });
  }

  private void refuse(ChannelHandlerContext ctx, ByteBuf in) {
    log.refused(TurnedAway.NOISE, ctx.channel().remoteAddress(), in);
    in.skipBytes(in.readableBytes());
    var _ = ctx.close();
  }

  private void tooLate(ChannelHandlerContext ctx) {
    if (decided) {
      return;
    }
    log.refused(TurnedAway.SILENT, ctx.channel().remoteAddress());
    var _ = ctx.close();
  }

  private void settle(ChannelHandlerContext ctx) {
    decided = true;
    census.decided(ctx.channel());
    Future<?> timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    settle(ctx);
    super.channelInactive(ctx);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    settle(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.refused(TurnedAway.BROKEN, ctx.channel().remoteAddress(), cause);
    var _ = ctx.close();
  }
}
