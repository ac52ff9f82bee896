package dev.milena.quorum.grpc.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.proto.peer.v1.PingRequest;
import dev.milena.proto.peer.v1.PingResponse;
import dev.milena.quorum.FreePorts;
import dev.milena.quorum.LoggedLines;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.PeerServer;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerChannelsTest {
  private final PeerChannels channels = new PeerChannels("a test");

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aNodeThatComesBackIsReachedAtOnceHoweverOftenItWasNot() throws Exception {
    PeerAddress address;
    try (PeerServer first = new PeerServer(FreePorts.take(), List.of(service(1)))) {
      address = first.address();
      assertEquals(1, ping(address));
    }
    for (int i = 0; i < 8; i++) {
      StatusRuntimeException gone = assertThrows(StatusRuntimeException.class, () -> ping(address));
      assertEquals(Status.Code.UNAVAILABLE, gone.getStatus().getCode());
    }

    try (PeerServer second = new PeerServer(address.port(), List.of(service(2)))) {
      // gRPC ends a call before it notes that its connection failed, so one more may end with it;
      // with gRPC's own backoff, 10 s by then, calls would fail by the hundred
      AtomicInteger calls = new AtomicInteger();
      long begun = System.nanoTime();
      Eventually.holds(
          "the node that came back",
          () -> {
            calls.incrementAndGet();
            return answers(address, 2);
          });
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      assertTrue(calls.get() <= 5, "only call number " + calls);
      assertTrue(tookMs < 900, "took " + tookMs + " ms");
    }
  }

  @Test
  void aNameThatNobodyHasIsSaidInTheAnswerAndNotInTheLog() {
    try (LoggedLines logged = LoggedLines.listening()) {
      StatusRuntimeException unknown =
          assertThrows(
              StatusRuntimeException.class, () -> ping(new PeerAddress("nobody.invalid", 1)));
      assertTrue(unknown.toString().contains("nobody.invalid"), unknown.toString());
      assertEquals(List.of(), logged.lines());
    }
  }

  @Test
  void allWhoSpeakToANodeShareItsChannelAndARedialLeavesItInPlace() throws Exception {
    try (PeerServer server = new PeerServer(0, List.of(service(1)))) {
      var channel = channels.to(server.address());
      assertEquals(1, ping(server.address()));
      channels.redial(server.address());

      assertSame(channel, channels.to(server.address()));
      assertEquals(1, ping(server.address()));
    }
  }

  @Test
  void aPortWhereNobodyAnswersTakesAsLongAsTheCallAllows() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PeerAddress address = new PeerAddress("127.0.0.1", silent.getLocalPort());
      StatusRuntimeException late =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  NodePresenceGrpc.newBlockingStub(channels.to(address))
                      .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                      .ping(PingRequest.getDefaultInstance()));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, late.getStatus().getCode());
    }
  }

  @Test
  void channelsToAddressesThatNobodyHasAnyMoreAreDropped() {
    for (int port = 1; port <= 3 * PeerChannels.MAX_CHANNELS; port++) {
      channels.to(new PeerAddress("127.0.0.1", port));
      assertTrue(channels.size() <= PeerChannels.MAX_CHANNELS);
    }
  }

  @Test
  void afterTheEndThereAreNone() {
    channels.close();
    PeerAddress anywhere = new PeerAddress("127.0.0.1", 9);
    assertThrows(IllegalStateException.class, () -> channels.to(anywhere));
    assertEquals(Optional.empty(), channels.ifOpen(anywhere));
  }

  @Test
  void namesAndNumericAddressesOfBothKindsAreReached() throws Exception {
    try (PeerServer server = new PeerServer(0, List.of(service(1)))) {
      int port = server.address().port();
      assertEquals(1, ping(new PeerAddress("localhost", port)));
      assertEquals(1, ping(new PeerAddress("LOCALHOST", port)));
      assertEquals(1, ping(new PeerAddress("127.0.0.1", port)));
    }
    assumeTrue(hasIpv6Loopback(), "this machine has no ::1");
    try (PeerServer server =
        new PeerServer(
            new InetSocketAddress(InetAddress.ofLiteral("::1"), 0), List.of(service(6)))) {
      int port = server.address().port();
      assertEquals(6, ping(new PeerAddress("::1", port)));
      assertEquals(6, ping(new PeerAddress("0:0:0:0:0:0:0:1", port)));
      ManagedChannel apart = channels.apart(new PeerAddress("::1", port));
      assertEquals(6, ping(apart));
      apart.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka_1.invalid",
        "_.invalid",
        "-.invalid",
        "a..invalid",
        "xn--.invalid",
        "::::",
        ":::1",
        "1:2",
        "fe80::1%nobody",
        "::1%",
        "0x7f.1",
        "256.256.256.256",
        "%",
        "1:2:3:4:5:6:7:8:9"
      })
  void hostThatNobodyHasIsAnAttemptThatFailedAndNeverThrows(String host) {
    Optional<PeerAddress> address = PeerAddress.of(host, 1);
    if (address.isPresent()) {
      StatusRuntimeException failed =
          assertThrows(StatusRuntimeException.class, () -> ping(address.get()));
      assertEquals(Status.Code.UNAVAILABLE, failed.getStatus().getCode(), failed.toString());
    }
  }

  @Test
  void everyHostThatTheRuleAllowsHasAChannel() {
    for (char c = 0; c < 0x180; c++) {
      for (String host : List.of("" + c, "a" + c, c + "a", "a" + c + "b", "::" + c, "::1%" + c)) {
        PeerAddress.of(host, 9092).ifPresent(channels::to);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"::1,9092,[::1]:9092", "node-1,1,node-1:1", "10.0.0.1,65535,10.0.0.1:65535"})
  void addressesAreWrittenAsTheyAreDialled(String host, int port, String text) {
    assertEquals(text, new PeerAddress(host, port).toString());
  }

  @ParameterizedTest
  @CsvSource({"' ',9092", "'',1", "a/b,1", "a b,1", "[::1],1", "a:1,1", "a,0", "a,65536"})
  void whatIsNoAddressIsRefused(String host, int port) {
    assertEquals(Optional.empty(), PeerAddress.of(host, port));
    assertThrows(IllegalArgumentException.class, () -> new PeerAddress(host, port));
  }

  private boolean answers(PeerAddress address, int nodeId) {
    try {
      return ping(address) == nodeId;
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  private static boolean hasIpv6Loopback() {
    try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
      return true;
    } catch (IOException none) {
      return false;
    }
  }

  private int ping(PeerAddress address) {
    return ping(channels.to(address));
  }

  private static int ping(Channel channel) {
    return NodePresenceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .ping(PingRequest.getDefaultInstance())
        .getNodeId();
  }

  private static ServerServiceDefinition service(int nodeId) {
    return new NodePresenceGrpc.NodePresenceImplBase() {
      @Override
      public void ping(PingRequest request, StreamObserver<PingResponse> out) {
        out.onNext(PingResponse.newBuilder().setNodeId(nodeId).build());
        out.onCompleted();
      }
    }.bindService();
  }
}
