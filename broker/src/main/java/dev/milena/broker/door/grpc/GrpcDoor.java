package dev.milena.broker.door.grpc;

import dev.milena.broker.connection.GrpcHandOver;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The gRPC server of a broker: milena.v1, what nodes ask each other, the standard health service,
 * and server reflection.
 *
 * <p>Handlers run on virtual threads and hand their work to the core, whose answers come back on
 * threads of its own; nothing here waits on an event loop.
 */
@OwnedBy(Owner.CREATOR)
public final class GrpcDoor {
  private static final long KEEP_ALIVE_TIMEOUT_MS = 10_000;

  /** Peers of the cluster ask each other every 2 s. */
  private static final long CLIENTS_MAY_PING_EVERY_MS = 1_000;

  private static final int HEADER_BYTES = 16 << 10;

  /** Over so many cancelled streams in a window a connection is an attack (CVE-2023-44487). */
  private static final int CANCELS_PER_WINDOW = 1_000;

  private static final int CANCEL_WINDOW_SECONDS = 10;
  private static final long STOP_MS = 2_000;

  /** The door's clock looks at open calls at least so often. */
  private static final long MOST_SWEEP_MS = 1_000;

  /**
   * gRPC logs a stack trace for what clients do every day, or on purpose: cancelling a stream while
   * an answer is under way, a message over the limit, a flood. All are answered; strangers must not
   * fill the log. Held here, since Java's log manager forgets a logger that nobody holds.
   */
  private static final List<Logger> CLIENT_NOISE =
      List.of(
          Logger.getLogger("io.grpc.netty.NettyServerStream"),
          Logger.getLogger("io.grpc.netty.NettyServerHandler"),
          Logger.getLogger("io.grpc.netty.NettyServerTransport"));

  static {
    CLIENT_NOISE.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  private final Server server;
  private final ExecutorService handlers;
  private final ScheduledExecutorService clock;
  private final DoorMemory memory;
  private final long sweepMs;
  private final HealthStatusManager health = new HealthStatusManager();
  private final OpenCalls calls = new OpenCalls();
  private final List<ServerServiceDefinition> services;

  /**
   * A door that is not open yet.
   *
   * @param served who answers
   * @param nanoTime how long clients take is measured by it
   */
  public GrpcDoor(
      Served served, GrpcHandOver connections, GrpcDoorSettings settings, LongSupplier nanoTime) {
    this.handlers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("milena-grpc-", 0).factory());
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("milena-grpc-clock").daemon().factory());
    this.memory = new DoorMemory(settings.limits(), nanoTime);
    this.sweepMs = Math.clamp(settings.limits().requestMs() / 10, 10, MOST_SWEEP_MS);
    this.services = services(served, settings);
    var builder =
        connections
            .server(memory.received())
            .executor(handlers)
            .addStreamTracerFactory(memory)
            .maxInboundMessageSize(settings.messageBytes())
            .maxInboundMetadataSize(HEADER_BYTES)
            .maxConcurrentCallsPerConnection(settings.callsPerConnection())
            .flowControlWindow(settings.windowBytes())
            .handshakeTimeout(settings.handshakeMs(), TimeUnit.MILLISECONDS)
            .keepAliveTime(settings.keepAliveMs(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(CLIENTS_MAY_PING_EVERY_MS, TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxRstFramesPerWindow(CANCELS_PER_WINDOW, CANCEL_WINDOW_SECONDS);
    CallFrame frame = new CallFrame(calls, connections::hangUp);
    // A drain does not wait for these: a health watch never ends by itself.
    CallFrame guests = new CallFrame(new OpenCalls(), connections::hangUp);
    services.forEach(service -> builder.addService(ServerInterceptors.intercept(service, frame)));
    for (ServerServiceDefinition peer : served.peers().services()) {
      builder.addService(GuestServices.within(guests, peer, served.peers()::mostBytes));
    }
    for (BindableService standard :
        List.of(health.getHealthService(), ProtoReflectionServiceV1.newInstance())) {
      builder.addService(
          GuestServices.within(guests, standard.bindService(), method -> GuestServices.NAME_BYTES));
    }
    this.server = builder.build();
    health(ServingStatus.NOT_SERVING);
  }

  private List<ServerServiceDefinition> services(Served served, GrpcDoorSettings settings) {
    List<ServerServiceDefinition> all = new ArrayList<>();
    all.add(new ProduceHandler(served.core(), calls, memory).service(settings.messageBytes()));
    all.add(new FetchHandler(served.core(), calls).service());
    all.add(new AdminHandler(served.core()).service());
    PassedOn passedOn = new PassedOn(served.nodes());
    served
        .desk()
        .map(desk -> new ClusterHandler(desk, new NodeCalls(handlers, passedOn), passedOn))
        .ifPresent(cluster -> all.add(cluster.service()));
    return List.copyOf(all);
  }

  /** Takes connections from now on; calls reach the core, health says NOT_SERVING. */
  public void start() throws IOException {
    server.start();
    var _ = clock.scheduleWithFixedDelay(memory::sweep, sweepMs, sweepMs, TimeUnit.MILLISECONDS);
  }

  /** The core serves: health says so. */
  public void serving() {
    health(ServingStatus.SERVING);
  }

  /** How many calls of milena.v1 are under way. */
  public int openCalls() {
    return calls.count();
  }

  /** What all calls hold. */
  public DoorCounts held() {
    return memory.counts();
  }

  /**
   * Ends in good order: health says NOT_SERVING, clients are told to go elsewhere, streams and
   * waiting fetches end with SHUTTING_DOWN, requests that were taken are answered; then the
   * connections are closed. The core must still be at work.
   *
   * @param graceMs how long answers may take, in milliseconds
   * @return whether every call was answered and every handler has ended
   */
  public boolean drain(long graceMs) throws InterruptedException {
    if (!server.isShutdown()) {
      health.enterTerminalState();
      server.shutdown();
    }
    boolean answered = calls.drain(graceMs);
    server.shutdownNow();
    server.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS);
    clock.shutdownNow();
    handlers.shutdown();
    // A handler may still be on its way out; the event loops that it writes to end after us.
    boolean ended = handlers.awaitTermination(STOP_MS, TimeUnit.MILLISECONDS);
    return answered && ended;
  }

  private void health(ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    services.forEach(s -> health.setStatus(s.getServiceDescriptor().getName(), status));
  }
}
