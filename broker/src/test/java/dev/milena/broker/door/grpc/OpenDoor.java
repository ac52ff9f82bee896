package dev.milena.broker.door.grpc;

import dev.milena.broker.connection.ConnectionSettings;
import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.StandInQuorum;
import dev.milena.broker.core.cluster.ClusterDesk;
import dev.milena.broker.core.serving.CoreSettings;
import dev.milena.broker.core.serving.CoreWiring;
import dev.milena.broker.core.serving.Registrant;
import dev.milena.broker.core.serving.TopicDefaults;
import dev.milena.broker.door.DoorsWiring;
import dev.milena.log.disk.JdkDisk;
import dev.milena.metadata.ReplicaPlan;
import dev.milena.metadata.TopicImage;
import dev.milena.proto.v1.AdminServiceGrpc;
import dev.milena.proto.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import dev.milena.proto.v1.CreateTopicRequest;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.FetchServiceGrpc.FetchServiceBlockingStub;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.proto.v1.ProduceServiceGrpc.ProduceServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A port with a gRPC door on loopback, before a real core on a real disk or a scripted one. */
final class OpenDoor implements AutoCloseable {
  static final GrpcDoorSettings SETTINGS = GrpcDoorSettings.of(1 << 20, 100 << 20, 512L << 20);

  final DoorsWiring doors;
  final ManagedChannel channel;
  private final Optional<CoreWiring> broker;

  private OpenDoor(BrokerCore core, GrpcDoorSettings settings, ConnectionSettings port)
      throws IOException {
    this(core, ScriptedDesk.telling(), settings, port, System::nanoTime);
  }

  private OpenDoor(
      BrokerCore core,
      ClusterDesk desk,
      GrpcDoorSettings settings,
      ConnectionSettings port,
      LongSupplier nanoTime)
      throws IOException {
    this(Served.of(core).with(desk), settings, port, nanoTime);
  }

  private OpenDoor(
      Served served, GrpcDoorSettings settings, ConnectionSettings port, LongSupplier nanoTime)
      throws IOException {
    this(DoorsWiring.bind(port), Optional.empty());
    doors.open(served, settings, nanoTime);
    doors.serving();
  }

  private OpenDoor(DoorsWiring doors, Optional<CoreWiring> broker) {
    this.doors = doors;
    this.broker = broker;
    this.channel = channelTo(doors.address());
  }

  /** Before a scripted core. */
  static OpenDoor before(BrokerCore core) throws IOException {
    return new OpenDoor(core, SETTINGS, loopback());
  }

  /** Before a scripted core, with other limits for all calls and a clock of the test's. */
  static OpenDoor before(BrokerCore core, GrpcDoorSettings.Limits limits, LongSupplier nanoTime)
      throws IOException {
    return new OpenDoor(core, ScriptedDesk.telling(), within(limits), loopback(), nanoTime);
  }

  private static GrpcDoorSettings within(GrpcDoorSettings.Limits limits) {
    return new GrpcDoorSettings(
        SETTINGS.messageBytes(),
        SETTINGS.callsPerConnection(),
        SETTINGS.windowBytes(),
        SETTINGS.handshakeMs(),
        SETTINGS.keepAliveMs(),
        limits);
  }

  /** With services for other nodes; its core is of no interest. */
  static OpenDoor before(PeerServices peers, GrpcDoorSettings.Limits limits) throws IOException {
    Served served = Served.of(new ScriptedCore()).with(ScriptedDesk.telling()).with(peers);
    return new OpenDoor(served, within(limits), loopback(), System::nanoTime);
  }

  /** Before a scripted desk of a node that knows others. */
  static OpenDoor before(ClusterDesk desk, KnownNodes nodes) throws IOException {
    Served served = Served.of(new ScriptedCore()).with(desk).with(nodes);
    return new OpenDoor(served, SETTINGS, loopback(), System::nanoTime);
  }

  /** Before a scripted desk; its core is of no interest. */
  static OpenDoor before(ClusterDesk desk) throws IOException {
    return new OpenDoor(new ScriptedCore(), desk, SETTINGS, loopback(), System::nanoTime);
  }

  static OpenDoor before(BrokerCore core, GrpcDoorSettings settings, ConnectionSettings port)
      throws IOException {
    return new OpenDoor(core, settings, port);
  }

  /** Before a real core that keeps its logs in a folder. */
  static OpenDoor onDisk(Path folder) throws Exception {
    var topics =
        new TopicDefaults(
            1, new ReplicaPlan.ByRule(1), TopicImage.BY_RULE, new TreeMap<>(), 86_400_000);
    var settings =
        new CoreSettings(
            1,
            "test",
            List.of(folder),
            topics,
            6_000,
            CoreSettings.Disks.UNSCRUBBED,
            CoreSettings.Limits.of(2, 256L << 20));
    CoreWiring broker =
        CoreWiring.open(
            settings,
            new JdkDisk(),
            new StandInQuorum(1),
            (leader, ear) -> {
              throw new AssertionError("nobody leads but this broker");
            },
            failure -> {
              throw new AssertionError("the core gave up", failure);
            });
    DoorsWiring doors = DoorsWiring.bind(loopback());
    doors.open(Served.of(broker.core()).with(ScriptedDesk.telling()), SETTINGS);
    broker.register(Registrant.alone("127.0.0.1", doors.address().getPort(), ""), 10_000);
    doors.serving();
    return new OpenDoor(doors, Optional.of(broker));
  }

  static ConnectionSettings loopback() {
    return ConnectionSettings.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  static ManagedChannel channelTo(InetSocketAddress address) {
    return NettyChannelBuilder.forAddress(address)
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        // A fixed window: else the client would let it grow, and count as memory of a stalled one.
        .flowControlWindow(1 << 20)
        .directExecutor()
        .build();
  }

  AdminServiceBlockingStub admin() {
    return AdminServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  ProduceServiceBlockingStub produce() {
    return ProduceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  FetchServiceBlockingStub fetch() {
    return FetchServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  /** Creates a topic. */
  OpenDoor with(String topic, int partitions) {
    var _ =
        admin()
            .createTopic(
                CreateTopicRequest.newBuilder().setTopic(topic).setPartitions(partitions).build());
    return this;
  }

  @Override
  public void close() throws Exception {
    channel.shutdownNow();
    doors.drain(2_000);
    if (broker.isPresent()) {
      broker.get().close();
    }
    doors.close();
    channel.awaitTermination(5, TimeUnit.SECONDS);
  }
}
