package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.local.LocalAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives connections that this port accepted to a gRPC server, as the real socket channels they are.
 *
 * <p>gRPC's server has no way in for connections accepted elsewhere, so it is given a server
 * channel without a socket and event loops that accept a registered channel (ADR-0010). A
 * connection that speaks another language never enters gRPC: neither its handshake timeout nor its
 * shutdown reaches it.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class GrpcHandOver implements DoorOpener {
  private final Transport transport;
  private final RefusalLog log;
  private final Map<SocketAddress, Channel> connections = new ConcurrentHashMap<>();
  private volatile @Nullable SocketlessServerChannel server;
  private volatile @Nullable ByteRoom received;

  /**
   * A way into a server.
   *
   * @param transport on whose loops it will run
   * @param log says which connections were closed because of their clients
   */
  public GrpcHandOver(Transport transport, RefusalLog log) {
    this.transport = transport;
    this.log = log;
  }

  /**
   * The builder of the server that gets the connections, with its network side set; build and start
   * it once.
   *
   * @param received room for what clients have sent and no handler has asked for
   */
  public NettyServerBuilder server(ByteRoom received) {
    this.received = received;
    return NettyServerBuilder.forAddress(new LocalAddress("milena-hand-over"))
        .channelFactory(this::newServerChannel)
        // The port has set it. gRPC's acceptor is not on the connection's loop: if it did so to a
        // connection that breaks just then, it would write two stack traces for a stranger.
        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
        .bossEventLoopGroup(transport.accepting())
        .workerEventLoopGroup(new AdoptedLoops(transport.moving()));
  }

  private SocketlessServerChannel newServerChannel() {
    SocketlessServerChannel made = new SocketlessServerChannel();
    server = made;
    return made;
  }

  @Override
  public void open(Channel connection, Runnable ready) {
    SocketlessServerChannel to = server;
    ByteRoom room = received;
    if (to == null || room == null) {
      var _ = connection.close();
      return;
    }
    SocketAddress from = connection.remoteAddress();
    connections.put(from, connection);
    var _ = connection.closeFuture().addListener(closed -> connections.remove(from, connection));
    to.accept(
        connection,
        () -> {
          if (CountedFlow.install(connection, room)) {
            ready.run();
          } else {
            var _ = connection.close();
          }
        });
  }

  /** Closes the connection from an address, whose client takes nothing that it is sent. */
  public void hangUp(InetSocketAddress from) {
    Channel connection = connections.get(from);
    ChannelHandlerContext first = connection == null ? null : connection.pipeline().firstContext();
    if (first != null) {
      log.refused(TurnedAway.DEAF, from);
      // From the pipeline's head on: gRPC's handler would wait for what is under way.
      var _ = first.close();
    }
  }
}
