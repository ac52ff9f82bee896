package dev.milena.broker.connection;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A server channel without a socket: gRPC's server "binds" it and then gets as its accepted
 * children the connections that the client port hands to it.
 */
final class SocketlessServerChannel extends AbstractServerChannel {
  private enum State {
    NEW,
    BOUND,
    CLOSED
  }

  private final ChannelConfig config = new DefaultChannelConfig(this);
  private volatile State state = State.NEW;
  private volatile @Nullable SocketAddress local;

  /**
   * Presents a connection as freshly accepted.
   *
   * <p>Two hops, and their order is what matters: on this channel's loop gRPC's acceptor adds its
   * handler to the connection, which queues that handler's initialisation on the connection's loop;
   * {@code ready} is queued there behind it and so finds the handlers in place.
   *
   * @param connection registered with its own event loop already
   * @param ready run on the connection's event loop when gRPC's handlers are in place
   */
  void accept(Channel connection, Runnable ready) {
    eventLoop()
        .execute(() -> {
          if (!isActive() || !connection.isActive()) {
            var _ = connection.close();
            return;
          }
          pipeline().fireChannelRead(connection);
          connection.eventLoop().execute(ready);
        });
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return state != State.CLOSED;
  }

  @Override
  public boolean isActive() {
    return state == State.BOUND;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected void doBind(SocketAddress address) {
    local = address;
    state = State.BOUND;
  }

  @Override
  protected void doClose() {
    state = State.CLOSED;
  }

  @Override
  protected void doBeginRead() {
    // Connections are pushed in by accept(); there is nothing to poll.
  }
}
