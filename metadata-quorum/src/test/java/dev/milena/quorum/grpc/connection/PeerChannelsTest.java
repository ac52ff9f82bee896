package dev.milena.quorum.grpc.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.proto.peer.v1.PingRequest;
import dev.milena.proto.peer.v1.PingResponse;
import dev.milena.quorum.grpc.Eventually;
import dev.milena.quorum.grpc.PeerServer;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerChannelsTest {
  private final PeerChannels channels = new PeerChannels("a test");

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aNodeThatComesBackIsReachedAtOnceHoweverOftenItWasNot() throws Exception {
    PeerAddress address;
    try (PeerServer first = new PeerServer(0, List.of(service(1)))) {
      address = first.address();
      assertEquals(1, ping(address));
    }
    for (int i = 0; i < 8; i++) {
      StatusRuntimeException gone = assertThrows(StatusRuntimeException.class, () -> ping(address));
      assertEquals(Status.Code.UNAVAILABLE, gone.getStatus().getCode());
    }

    try (PeerServer second = new PeerServer(address.port(), List.of(service(2)))) {
      long begun = System.nanoTime();
      // gRPC ends a call before it notes that its connection failed, so one more may end with it
      Eventually.holds("the node that came back", () -> answers(address, 2));
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      // gRPC's own backoff would have been 10 s by then
      assertTrue(tookMs < 900, "took " + tookMs + " ms");
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
  }

  @ParameterizedTest
  @CsvSource({"::1,9092,[::1]:9092", "node-1,1,node-1:1", "10.0.0.1,65535,10.0.0.1:65535"})
  void addressesAreWrittenAsTheyAreDialled(String host, int port, String text) {
    assertEquals(text, new PeerAddress(host, port).toString());
  }

  @ParameterizedTest
  @CsvSource({"' ',9092", "a,0", "a,65536"})
  void whatIsNoAddressIsRefused(String host, int port) {
    assertThrows(IllegalArgumentException.class, () -> new PeerAddress(host, port));
  }

  private boolean answers(PeerAddress address, int nodeId) {
    try {
      return ping(address) == nodeId;
    } catch (StatusRuntimeException notYet) {
      return false;
    }
  }

  private int ping(PeerAddress address) {
    return NodePresenceGrpc.newBlockingStub(channels.to(address))
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
