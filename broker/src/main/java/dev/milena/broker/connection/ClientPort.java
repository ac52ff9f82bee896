package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The one port for clients: listens, bounds what comes in, and lets the first bytes of each
 * connection choose its door.
 *
 * <p>Its life: {@link #bind} takes the port, so that the address is known and a port that is taken
 * is found early, while connections wait in the kernel; {@link #open} begins to accept; {@link
 * #stopAccepting} ends that and leaves connections to their doors; {@link #close} closes what is
 * left. The order of a shutdown is stopAccepting, the doors' own draining, close, and then {@link
 * Transport#close}.
 *
 * <p>TLS will have its place behind the first bytes, as one more door ({@link Doors}): its handler
 * goes into the pipeline ahead of another {@link FirstBytesHandler}, and ALPN decides instead where
 * a client offers it.
 */
@OwnedBy(Owner.CREATOR)
public final class ClientPort implements AutoCloseable {
  /** How long {@link #close} waits for connections to close, in milliseconds. */
  private static final long CLOSE_MS = 2_000;

  private final ConnectionSettings settings;
  private final Transport transport;
  private final Doors doors;
  private final RefusalLog log;
  private final ConnectionCensus census;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile @Nullable Channel listener;

  /** A port that is not yet taken. */
  public ClientPort(ConnectionSettings settings, Transport transport, Doors doors, RefusalLog log) {
    this.settings = settings;
    this.transport = transport;
    this.doors = doors;
    this.log = log;
    this.census = new ConnectionCensus(settings.limits());
  }

  /**
   * Takes the port. Connections are made by the kernel from here on and wait for {@link #open}.
   *
   * @return the address as bound, with the port that was found for port 0
   * @throws PortUnavailable when the port is taken or the address is not this machine's
   */
  public InetSocketAddress bind() throws PortUnavailable {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(transport.accepting(), transport.moving())
            .channel(transport.serverType())
            .option(ChannelOption.SO_BACKLOG, settings.backlog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new AcceptGate(census, log))
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    arrived(connection);
                  }
                })
            .bind(settings.listen())
            .awaitUninterruptibly();
    Throwable failure = bound.cause();
    if (failure != null) {
      throw new PortUnavailable(settings.listen(), failure);
    }
    listener = bound.channel();
    return address();
  }

  /** The address as bound; {@link IllegalStateException} before {@link #bind}. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening().localAddress();
  }

  /** Begins to accept. */
  public void open() {
    listening().config().setAutoRead(true);
  }

  /** Gives the port back; connections go on. */
  public void stopAccepting() {
    Channel socket = listener;
    if (socket != null) {
      socket.close().awaitUninterruptibly();
    }
  }

  /** How many connections there are. */
  public ConnectionCounts counts() {
    return census.counts();
  }

  /** Stops accepting and closes every connection that its door has left open; waits 2 s at most. */
  @Override
  public void close() {
    stopAccepting();
    connections.close().awaitUninterruptibly(CLOSE_MS);
  }

  /**
   * Stops accepting and closes every connection, whatever is under way on it; waits 2 s at most.
   */
  @OwnedBy(Owner.ANY_THREAD)
  public void cutOff() {
    stopAccepting();
    for (Channel connection : connections) {
      ChannelHandlerContext first = connection.pipeline().firstContext();
      if (first == null) {
        var _ = connection.close();
      } else {
        // From the pipeline's head on: gRPC's handler would wait for what is under way.
        var _ = first.close();
      }
    }
    connections.newCloseFuture().awaitUninterruptibly(CLOSE_MS);
  }

  private Channel listening() {
    Channel socket = listener;
    if (socket == null) {
      throw new IllegalStateException("the client port is not bound");
    }
    return socket;
  }

  private void arrived(Channel connection) {
    if (!(connection.remoteAddress() instanceof InetSocketAddress remote)) {
      // Gone again before it was looked at: there is no peer any more.
      var _ = connection.close();
      return;
    }
    InetAddress from = remote.getAddress();
    switch (census.arrived(from)) {
      case ADMITTED -> admit(connection, from);
      case TOO_MANY -> turnAway(connection, TurnedAway.FULL, from);
      case TOO_MANY_FROM_ADDRESS -> turnAway(connection, TurnedAway.FULL_FOR_ADDRESS, from);
    }
  }

  private void admit(Channel connection, InetAddress from) {
    connections.add(connection);
    var _ = connection.closeFuture().addListener(closed -> census.left(from));
    connection.pipeline().addLast(new FirstBytesHandler(settings.limits(), census, doors, log));
  }

  private void turnAway(Channel connection, TurnedAway why, InetAddress from) {
    log.refused(why, from);
    var _ = connection.close();
  }
}
