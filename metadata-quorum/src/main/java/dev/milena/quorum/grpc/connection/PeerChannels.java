package dev.milena.quorum.grpc.connection;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The channels of this node to others: one for each address, made at its first use and shared by
 * all that speak to that node. Any thread may call.
 *
 * <p>All share one network thread, on which callbacks run: they must not block. Names are resolved
 * anew at every attempt to connect, without proxies, and there is no backoff in here: who asks
 * again decides when. A name that nobody has is an attempt that failed.
 *
 * <p>gRPC does not ping more often than every 10 s, whatever it is told. A connection whose other
 * end vanished is found sooner by who speaks over it, and given up with {@link #redial}.
 */
public final class PeerChannels implements AutoCloseable {
  /** The largest message taken, in bytes: above a page of the stream and a row in it. */
  public static final int MAX_MESSAGE_BYTES = 8 << 20;

  /** As many nodes as one speaks to; more are addresses that nobody has any more. */
  static final int MAX_CHANNELS = 256;

  private static final boolean EPOLL = Epoll.isAvailable();
  private static final int CONNECT_TIMEOUT_MS = 1_000;
  private static final long PING_EVERY_MS = 10_000;

  /** For the answer to a ping, and with epoll for the other end to take what was sent. */
  private static final long UNANSWERED_MS = 2_000;

  private static final long IDLE_MS = 60_000;
  private static final long CLOSE_MS = 1_000;
  private static final int WINDOW_BYTES = 1 << 20;

  /**
   * It warns of every name that is not known, with a stack trace; whoever calls says it in a
   * sentence. Held, since Java's log manager forgets a logger that nobody holds.
   */
  private static final Logger CHANNELS = Logger.getLogger("io.grpc.internal.ManagedChannelImpl");

  static {
    CHANNELS.setLevel(Level.SEVERE);
    NameResolverRegistry.getDefaultRegistry().register(new PeerNames());
  }

  private final String userAgent;
  private final int messageBytes;
  private final EventLoopGroup network;
  private final Map<String, ManagedChannel> channels = new TreeMap<>();
  private boolean closed;

  /**
   * Prepares, without connecting.
   *
   * @param userAgent what other nodes log this one as
   */
  public PeerChannels(String userAgent) {
    this(userAgent, "milena-peers", MAX_MESSAGE_BYTES);
  }

  /**
   * Prepares connections for another purpose, apart from the others.
   *
   * @param threadName of their network thread
   * @param messageBytes the largest message taken
   */
  public PeerChannels(String userAgent, String threadName, int messageBytes) {
    this.userAgent = userAgent;
    this.messageBytes = messageBytes;
    this.network =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory(threadName, true),
            EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /**
   * The channel to an address. Connects by itself when used; one whose last attempt failed tries
   * again at once.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public Channel to(PeerAddress address) {
    return ifOpen(address)
        .orElseThrow(() -> new IllegalStateException("the channels to other nodes are closed"));
  }

  /**
   * The same for who may outlive these channels, as while the process ends: empty after {@link
   * #close}.
   */
  public Optional<Channel> ifOpen(PeerAddress address) {
    Optional<ManagedChannel> channel = channel(address);
    channel
        .filter(known -> known.getState(false) == ConnectivityState.TRANSIENT_FAILURE)
        .ifPresent(ManagedChannel::enterIdle);
    return channel.map(Channel.class::cast);
  }

  /** Gives a connection up: calls from now on get a new one, those under way may end on the old. */
  public void redial(PeerAddress address) {
    ManagedChannel known;
    synchronized (this) {
      known = channels.get(address.toString());
    }
    if (known != null) {
      known.enterIdle();
    }
  }

  /** A channel of the caller's own, for the caller to shut down. */
  public ManagedChannel apart(PeerAddress address) {
    return builder(address).build();
  }

  /** How many there are. */
  synchronized int size() {
    return channels.size();
  }

  private Optional<ManagedChannel> channel(PeerAddress address) {
    List<ManagedChannel> dropped = List.of();
    ManagedChannel channel;
    synchronized (this) {
      if (closed) {
        return Optional.empty();
      }
      channel = channels.get(address.toString());
      if (channel == null) {
        dropped = makeRoom();
        channel = builder(address).build();
        channels.put(address.toString(), channel);
      }
    }
    dropped.forEach(ManagedChannel::shutdownNow);
    return Optional.of(channel);
  }

  /** Drops what is not connected when there are too many; if all are, the first. */
  private List<ManagedChannel> makeRoom() {
    if (channels.size() < MAX_CHANNELS) {
      return List.of();
    }
    List<ManagedChannel> dropped = new ArrayList<>();
    channels
        .values()
        .removeIf(
            channel -> channel.getState(false) != ConnectivityState.READY && dropped.add(channel));
    if (dropped.isEmpty()) {
      dropped.add(channels.remove(channels.keySet().iterator().next()));
    }
    return dropped;
  }

  private NettyChannelBuilder builder(PeerAddress address) {
    return NettyChannelBuilder.forTarget(PeerNames.target(address))
        .usePlaintext()
        .eventLoopGroup(network)
        .channelType(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
        .withOption(ChannelOption.TCP_NODELAY, true)
        .keepAliveTime(PING_EVERY_MS, TimeUnit.MILLISECONDS)
        .keepAliveTimeout(UNANSWERED_MS, TimeUnit.MILLISECONDS)
        .idleTimeout(IDLE_MS, TimeUnit.MILLISECONDS)
        .flowControlWindow(WINDOW_BYTES)
        .maxInboundMessageSize(messageBytes)
        .userAgent(userAgent)
        .directExecutor()
        .offloadExecutor(PeerChannels::runAside)
        // its buffer would hold every submission a second time; we ask again by ourselves
        .disableRetry();
  }

  /** For name look-ups, which block: rare and short. */
  private static void runAside(Runnable work) {
    Thread.ofPlatform().daemon().name("milena-peer-names").start(work);
  }

  /** Cuts all connections off; calls under way end. Waits for that, a second at most. */
  @Override
  public void close() {
    List<ManagedChannel> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(channels.values());
      channels.clear();
    }
    open.forEach(ManagedChannel::shutdownNow);
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
    try {
      for (ManagedChannel channel : open) {
        // the network's thread must outlive what they still have to say to it
        channel.awaitTermination(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    var _ = network.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS);
  }
}
