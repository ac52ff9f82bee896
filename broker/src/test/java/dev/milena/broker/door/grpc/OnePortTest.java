package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.milena.broker.connection.ClientPort;
import dev.milena.broker.connection.ClosedDoor;
import dev.milena.broker.connection.DoorOpener;
import dev.milena.broker.connection.Doors;
import dev.milena.broker.connection.GrpcHandOver;
import dev.milena.broker.connection.RefusalLog;
import dev.milena.broker.connection.Transport;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.proto.v1.DescribeClusterRequest;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ProduceRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The port and the gRPC door together: what lives how long, and how they end. */
class OnePortTest {
  private static final byte[] KAFKA = {0, 0, 0, 8, 0, 18, 0, 4, 0, 0, 0, 7};
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final GrpcDoorSettings HASTY =
      new GrpcDoorSettings(
          1 << 20, 100, 1 << 20, 300, 30_000, GrpcDoorSettings.Limits.of(256L << 20, 1 << 20));

  @Test
  void healthReflectionAndUnknownMethodsAnswerAsAnyGrpcServer() throws Exception {
    try (OpenDoor door = OpenDoor.before(new ScriptedCore())) {
      assertEquals(ServingStatus.SERVING, health(door, ""));
      assertEquals(ServingStatus.SERVING, health(door, "milena.v1.ProduceService"));
      assertEquals(
          Status.Code.NOT_FOUND,
          assertThrows(StatusRuntimeException.class, () -> health(door, "no.Such"))
              .getStatus()
              .getCode());
      assertEquals(
          List.of(
              "grpc.health.v1.Health",
              "grpc.reflection.v1.ServerReflection",
              "milena.v1.AdminService",
              "milena.v1.ClusterService",
              "milena.v1.FetchService",
              "milena.v1.ProduceService"),
          reflectedServices(door));
      assertEquals(
          Status.Code.UNIMPLEMENTED,
          assertThrows(
                  StatusRuntimeException.class,
                  () -> RawCall.call(door, "milena.v1.ProduceService/Reduce", new byte[0]))
              .getStatus()
              .getCode());
    }
  }

  @Test
  void aConnectionOfAnotherLanguageOutlivesHandshakeTimeoutAndEndOfGrpc() throws Exception {
    try (Transport transport = new Transport(2)) {
      RefusalLog log = new RefusalLog(60_000, System::nanoTime);
      GrpcHandOver handOver = new GrpcHandOver(transport, log);
      GrpcDoor grpc =
          new GrpcDoor(Served.of(new ScriptedCore()), handOver, HASTY, System::nanoTime);
      try (ClientPort port =
          new ClientPort(
              OpenDoor.loopback(),
              transport,
              new Doors(handOver, echo(), ClosedDoor.toTls(log), ClosedDoor.toHttp1(log)),
              log)) {
        InetSocketAddress at = port.bind();
        grpc.start();
        port.open();
        try (Socket kafka = connect(at);
            Socket halfway = connect(at)) {
          echoes(kafka);
          // The preface makes it gRPC's; without SETTINGS its handshake timeout of 300 ms ends it,
          // which shows that the timeout is at work while the other connection lives on.
          halfway.getOutputStream().write(PREFACE);
          assertEquals(-1, lastByte(halfway));
          echoes(kafka);

          ManagedChannel channel = OpenDoor.channelTo(at);
          assertEquals(
              1,
              dev.milena.proto.v1.AdminServiceGrpc.newBlockingStub(channel)
                  .describeCluster(DescribeClusterRequest.getDefaultInstance())
                  .getAnsweredBy());
          port.stopAccepting();
          assertTrue(grpc.drain(2_000));
          channel.shutdownNow();

          echoes(kafka);
        }
      }
    }
  }

  @Test
  void aThousandIdleConnectionsLeaveTheOthersAlone() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (OpenDoor door = OpenDoor.before(new ScriptedCore())) {
      long before = memoryBytes();
      for (int i = 0; i < 1_000; i++) {
        Socket socket = connect(door.doors.address());
        idle.add(socket);
        socket.getOutputStream().write(PREFACE);
        socket.getOutputStream().write(EMPTY_SETTINGS);
      }
      Eventually.holds(
          "all have spoken",
          () ->
              door.doors.connections().connections() == 1_000
                  && door.doors.connections().undecided() == 0);
      assertEquals(
          1,
          door.admin()
              .describeCluster(DescribeClusterRequest.getDefaultInstance())
              .getAnsweredBy());
      long grownBytes = memoryBytes() - before;
      System.out.printf("1,000 idle gRPC connections: memory grew by %d KiB%n", grownBytes >> 10);
      assertTrue(grownBytes < 100L << 20, "grown " + grownBytes);
      for (Socket socket : idle) {
        socket.close();
      }
      Eventually.holds("all have left", () -> door.doors.connections().connections() == 1);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void aDrainAnswersWhatWasTakenAndEndsWhatWaits() throws Exception {
    ScriptedCore core = new ScriptedCore();
    Queue<Consumer<? super List<PartOutcome>>> produces = new ConcurrentLinkedQueue<>();
    Queue<Consumer<? super FetchOutcome>> fetches = new ConcurrentLinkedQueue<>();
    core.onProduce = (_, answer) -> produces.add(answer);
    core.onFetch = (_, answer) -> fetches.add(answer);
    FetchRequest waits = FetchRequest.newBuilder().setTopic("t").setMaxWaitMs(300_000).build();
    try (OpenDoor door = OpenDoor.before(core)) {
      var poll = FetchServiceGrpc.newFutureStub(door.channel).fetch(waits);
      Iterator<?> stream = FetchServiceGrpc.newBlockingStub(door.channel).fetchStream(waits);
      var talk = new ProduceConversation(door);
      talk.say(
          ProduceRequest.newBuilder()
              .setTopic("t")
              .setPartition(0)
              .setBatches(ByteString.copyFromUtf8("x"))
              .setCorrelationId(9)
              .build());
      Eventually.holds("all is under way", () -> produces.size() == 1 && fetches.size() == 2);

      CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> drain(door));
      var ended = assertThrows(ExecutionException.class, () -> poll.get(20, TimeUnit.SECONDS));
      assertEquals("SHUTTING_DOWN", Refusals.info(ended.getCause()).getReason());
      Refusals.assertRefused(ErrorKind.SHUTTING_DOWN, stream::hasNext);
      produces.remove().accept(List.of(new PartOutcome.Written(5, 1, PartOutcome.CREATE_TIME, 0)));
      assertEquals(5, talk.hear().getAcks(0).getBaseOffset());
      assertEquals("SHUTTING_DOWN", Refusals.info(talk.failure()).getReason());

      assertTrue(drained.get(20, TimeUnit.SECONDS), "every call was answered");
      assertThrows(IOException.class, () -> connect(door.doors.address()).close());
      fetches.forEach(late -> late.accept(new FetchOutcome.FetchRefused(FetchHandler.stopping())));
    }
  }

  @Test
  void aDrainThatTakesTooLongSaysSo() throws Exception {
    ScriptedCore core = new ScriptedCore();
    Queue<Consumer<? super List<PartOutcome>>> never = new ConcurrentLinkedQueue<>();
    core.onProduce = (_, answer) -> never.add(answer);
    try (OpenDoor door = OpenDoor.before(core)) {
      new ProduceConversation(door)
          .say(
              ProduceRequest.newBuilder()
                  .setTopic("t")
                  .setPartition(0)
                  .setBatches(ByteString.copyFromUtf8("x"))
                  .build());
      Eventually.holds("the core has it", () -> never.size() == 1);
      assertEquals(false, door.doors.drain(100));
    }
  }

  private static boolean drain(OpenDoor door) {
    try {
      return door.doors.drain(20_000);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static ServingStatus health(OpenDoor door, String service) {
    return HealthGrpc.newBlockingStub(door.channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static List<String> reflectedServices(OpenDoor door) throws InterruptedException {
    BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(door.channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answers.add(response);
                  }

                  @Override
                  public void onError(Throwable thrown) {}

                  @Override
                  public void onCompleted() {}
                });
    ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    ServerReflectionResponse services = answers.poll(20, TimeUnit.SECONDS);
    ask.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("milena.v1.FetchService.FetchStream")
            .build());
    ServerReflectionResponse file = answers.poll(20, TimeUnit.SECONDS);
    ask.onCompleted();
    if (services == null || file == null) {
      throw new AssertionError("reflection did not answer");
    }
    assertTrue(file.getFileDescriptorResponse().getFileDescriptorProtoCount() > 0);
    return services.getListServicesResponse().getServiceList().stream()
        .map(ServiceResponse::getName)
        .sorted()
        .collect(Collectors.toList());
  }

  private static Socket connect(InetSocketAddress at) throws IOException {
    Socket socket = new Socket(at.getAddress(), at.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void echoes(Socket socket) throws IOException {
    socket.getOutputStream().write(KAFKA);
    assertArrayEquals(KAFKA, socket.getInputStream().readNBytes(KAFKA.length));
  }

  /** Reads on until the other side closes. */
  private static int lastByte(Socket socket) throws IOException {
    int read = socket.getInputStream().read();
    while (read >= 0) {
      read = socket.getInputStream().read();
    }
    return read;
  }

  private static DoorOpener echo() {
    return (connection, ready) -> {
      connection
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                  var _ = ctx.writeAndFlush(message);
                }
              });
      connection.eventLoop().execute(ready);
    };
  }

  private static long memoryBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }
}
