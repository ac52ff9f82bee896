package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads that accept connections and move their bytes, shared by all doors.
 *
 * <p>Uses epoll where its native library loads, else Java's own selector, which was measured to
 * move half as much on Linux. The last thing of the client side to be closed.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Transport implements AutoCloseable {
  /** How long {@link #close} waits for the threads, in milliseconds. */
  private static final long CLOSE_MS = 5_000;

  private final EventLoopGroup accepting;
  private final EventLoopGroup moving;
  private final Class<? extends ServerChannel> serverType;

  /**
   * Starts the threads.
   *
   * @param ioThreads threads that move bytes; one more accepts
   */
  public Transport(int ioThreads) {
    boolean epoll = Epoll.isAvailable();
    this.accepting = loops(1, "milena-accept", epoll);
    this.moving = loops(ioThreads, "milena-io", epoll);
    this.serverType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  private static EventLoopGroup loops(int threads, String name, boolean epoll) {
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
  }

  /** The thread that accepts. */
  EventLoopGroup accepting() {
    return accepting;
  }

  /** The threads that move bytes. */
  EventLoopGroup moving() {
    return moving;
  }

  /** The kind of server socket that fits the threads. */
  Class<? extends ServerChannel> serverType() {
    return serverType;
  }

  /** Ends the threads; every connection must be closed before. Waits 5 s at most. */
  @Override
  public void close() {
    var accepted = accepting.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS);
    var moved = moving.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS);
    accepted.awaitUninterruptibly(CLOSE_MS);
    moved.awaitUninterruptibly(CLOSE_MS);
  }
}
