package dev.milena.quorum.grpc;

import dev.milena.quorum.grpc.connection.PeerAddress;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A gRPC server on loopback, as a node's client port is one. */
public final class PeerServer implements AutoCloseable {
  private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
  private final Server server;

  /** Serves on a port; 0 for any. */
  public PeerServer(int port, List<ServerServiceDefinition> services) throws IOException {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), services);
  }

  /** Serves at an address. */
  public PeerServer(InetSocketAddress at, List<ServerServiceDefinition> services)
      throws IOException {
    NettyServerBuilder builder = NettyServerBuilder.forAddress(at).executor(handlers);
    services.forEach(builder::addService);
    server = builder.build().start();
  }

  /** One service on any port. */
  public static PeerServer of(BindableService service) throws IOException {
    return new PeerServer(0, List.of(service.bindService()));
  }

  /** Where it listens. */
  public PeerAddress address() {
    return new PeerAddress("127.0.0.1", server.getPort());
  }

  /** Cuts everybody off and gives the port back. */
  @Override
  public void close() throws InterruptedException {
    server.shutdownNow();
    server.awaitTermination();
    handlers.shutdownNow();
  }
}
