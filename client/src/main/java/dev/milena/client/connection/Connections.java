package dev.milena.client.connection;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One gRPC channel for each broker address, made on first use and kept.
 *
 * <p>All channels share one network thread, on which answers arrive and callbacks run; whoever
 * registers a callback must not block in it.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Connections implements AutoCloseable {
  /**
   * How much a broker may send ahead of its reader, in bytes, for each connection and stream. Two
   * answers of the usual size, so that one is on its way while another is being read.
   */
  private static final int FLOW_WINDOW_BYTES = 4 << 20;

  /** The largest answer taken, in bytes: above the largest batch a broker can be told to allow. */
  private static final int MAX_ANSWER_BYTES = 128 << 20;

  /** On Linux; it moves about twice as much as NIO on loopback, and starts as fast. */
  private static final boolean EPOLL = Epoll.isAvailable();

  /** For each hop when finding out why; the connection itself had its time before. */
  private static final int EXPLAIN_TIMEOUT_MS = 2_000;

  private final String clientId;
  private final int connectTimeoutMs;
  private final EventLoopGroup network;
  private final Map<String, ManagedChannel> channels = new TreeMap<>();
  private boolean closed;

  /**
   * Prepares, without connecting.
   *
   * @param clientId what brokers log us as
   * @param connectTimeoutMs for one TCP connection to one address
   */
  public Connections(String clientId, int connectTimeoutMs) {
    this.clientId = clientId;
    this.connectTimeoutMs = connectTimeoutMs;
    this.network =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("milena-network", true),
            EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /** The channel to an address; connects by itself when used. */
  public Channel to(HostPort address) {
    return channel(address, false);
  }

  /**
   * Waits until a connection stands.
   *
   * @param timeoutMs to wait at most
   */
  public Reach reach(HostPort address, int timeoutMs) throws InterruptedException {
    int patienceMs = Math.max(1, Math.min(timeoutMs, connectTimeoutMs));
    ManagedChannel channel = channel(address, true);
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
    ConnectivityState state = channel.getState(true);
    while (state == ConnectivityState.IDLE || state == ConnectivityState.CONNECTING) {
      CountDownLatch changed = new CountDownLatch(1);
      channel.notifyWhenStateChanged(state, changed::countDown);
      if (!changed.await(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        break;
      }
      state = channel.getState(true);
    }
    return state == ConnectivityState.READY
        ? new Reach.Reached(channel)
        : new Reach.Unreachable("no connection within " + patienceMs + " ms");
  }

  /**
   * Finds out why an address cannot be reached, in a few words for people.
   *
   * @param timeoutMs to wait at most, for each of TCP and HTTP/2
   */
  public String explain(HostPort address, int timeoutMs) {
    return Reachability.explain(
        address, Math.max(1, Math.min(timeoutMs, Math.min(connectTimeoutMs, EXPLAIN_TIMEOUT_MS))));
  }

  /**
   * Finds or makes a channel.
   *
   * @param afresh replaces one whose last attempt failed, so that it is tried at once and not after
   *     its backoff; such a channel carries no calls
   */
  private synchronized ManagedChannel channel(HostPort address, boolean afresh) {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    String key = address.toString();
    ManagedChannel known = channels.get(key);
    if (known != null) {
      if (!afresh || known.getState(false) != ConnectivityState.TRANSIENT_FAILURE) {
        return known;
      }
      known.shutdownNow();
    }
    ManagedChannel made = connectTo(address);
    channels.put(key, made);
    return made;
  }

  /** The brackets of an IPv6 address may not stand in the path of a URI. */
  private static String target(HostPort address) {
    return "dns:///" + address.toString().replace("[", "%5B").replace("]", "%5D");
  }

  private ManagedChannel connectTo(HostPort address) {
    return NettyChannelBuilder.forTarget(target(address))
        .usePlaintext()
        .eventLoopGroup(network)
        .channelType(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMs)
        .withOption(ChannelOption.TCP_NODELAY, true)
        .flowControlWindow(FLOW_WINDOW_BYTES)
        .maxInboundMessageSize(MAX_ANSWER_BYTES)
        .userAgent(clientId)
        .directExecutor()
        .offloadExecutor(Connections::runAside)
        .proxyDetector(target -> null)
        .disableServiceConfigLookUp()
        // its buffer would hold every streamed request a second time; we retry by ourselves
        .disableRetry()
        .build();
  }

  /** For name look-ups, which block: rare and short. */
  private static void runAside(Runnable work) {
    Thread.ofPlatform().daemon().name("milena-names").start(work);
  }

  @Override
  public void close() {
    List<ManagedChannel> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(channels.values());
      channels.clear();
    }
    open.forEach(ManagedChannel::shutdownNow);
    var _ = network.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
