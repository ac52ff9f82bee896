package dev.milena.broker.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.local.LocalAddress;
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
  private volatile @Nullable SocketlessServerChannel server;

  /** A way into a server that will run on the loops of {@code transport}. */
  public GrpcHandOver(Transport transport) {
    this.transport = transport;
  }

  /**
   * The builder of the server that gets the connections, with its network side set; build and start
   * it once.
   */
  public NettyServerBuilder server() {
    return NettyServerBuilder.forAddress(new LocalAddress("milena-hand-over"))
        .channelFactory(this::newServerChannel)
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
    if (to == null) {
      var _ = connection.close();
      return;
    }
    to.accept(connection, ready);
  }
}
