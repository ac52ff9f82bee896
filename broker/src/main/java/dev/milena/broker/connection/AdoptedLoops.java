package dev.milena.broker.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * The port's event loops as gRPC's server sees them: to register a connection is a success, since
 * it is registered already, or was and has broken meanwhile; and to shut them down does nothing,
 * since they carry the other doors too.
 */
final class AdoptedLoops extends AbstractEventExecutorGroup implements EventLoopGroup {
  private final EventLoopGroup loops;

  AdoptedLoops(EventLoopGroup loops) {
    this.loops = loops;
  }

  @Override
  public EventLoop next() {
    return loops.next();
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return channel.newSucceededFuture();
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    return promise.setSuccess();
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // Netty deprecated it; nobody calls it on this class
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    return promise.setSuccess();
  }

  @Override
  public Iterator<EventExecutor> iterator() {
    return loops.iterator();
  }

  @Override
  public boolean isShuttingDown() {
    return loops.isShuttingDown();
  }

  @Override
  public boolean isShutdown() {
    return loops.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return loops.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return loops.awaitTermination(timeout, unit);
  }

  @Override
  public Future<?> terminationFuture() {
    return loops.terminationFuture();
  }

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return terminationFuture();
  }

  @Override
  @Deprecated
  public void shutdown() {
    // The port's Transport ends the loops, after every door has drained.
  }
}
