package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.IncarnationId;
import dev.milena.proto.peer.v1.DescribeRequest;
import dev.milena.proto.peer.v1.NodePresenceGrpc;
import dev.milena.quorum.grpc.BrokerToken;
import dev.milena.quorum.grpc.DiskSpace;
import dev.milena.quorum.grpc.NodeDescription;
import dev.milena.quorum.grpc.PeerHeaders;
import dev.milena.quorum.grpc.PeerIdentity;
import dev.milena.quorum.grpc.PeerServer;
import dev.milena.quorum.grpc.PeerTokens;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.grpc.server.NodeName;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeDescriptionsTest {
  private static final NodeDescription SAID =
      new NodeDescription(
          List.of(new DiskSpace("/logs-1", 100, 40), new DiskSpace("/logs-2", 7, 0)), true);

  private static final BrokerToken TOKEN = BrokerToken.fresh(new SecureRandom());

  private final PeerChannels channels = new PeerChannels("a test");
  private final NodeDescriptions descriptions = new NodeDescriptions(calls(1, TOKEN));

  @AfterEach
  void close() {
    channels.close();
  }

  private PeerCalls calls(int brokerId, BrokerToken token) {
    return new PeerCalls(
        channels, new PeerIdentity(TestNode.CLUSTER, brokerId, PeerTokens.only(token)));
  }

  /** A node that knows broker 1. */
  private static PeerServer node(int nodeId, String cluster) throws IOException {
    NodeName name = new NodeName(cluster, nodeId, () -> new IncarnationId(7, nodeId));
    return new PeerServer(
        0,
        PeerServicesWiring.ofNode(
                name, () -> SAID, id -> id == 1 ? Optional.of(TOKEN.hash()) : Optional.empty())
            .services());
  }

  @Test
  void aNodeSaysWhichLogDirectoriesItHasHowMuchRoomIsThereAndWhetherItIsAStranger()
      throws Exception {
    try (PeerServer two = node(2, TestNode.CLUSTER);
        PeerServer three = node(3, TestNode.CLUSTER)) {
      assertEquals(
          both(2, SAID, 3, SAID),
          descriptions.ask(both(2, two.address(), 3, three.address()), 20_000));
    }
  }

  @Test
  void whoIsSilentIsLeftOutWhenTheTimeIsUpAndTheOthersAreNot() throws Exception {
    try (PeerServer two = node(2, TestNode.CLUSTER);
        ServerSocket hangs = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PeerAddress silent = new PeerAddress("127.0.0.1", hangs.getLocalPort());
      // its first answer takes a busy machine longer
      descriptions.ask(new TreeMap<>(Map.of(2, two.address())), 20_000);
      long begun = System.nanoTime();
      assertEquals(
          new TreeMap<>(Map.of(2, SAID)),
          descriptions.ask(both(2, two.address(), 3, silent), 2_000));
      assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(10));
    }
  }

  @Test
  void anotherNodeOrAnotherClustersAtTheAddressIsNotTheOneThatWasAsked() throws Exception {
    try (PeerServer moved = node(4, TestNode.CLUSTER);
        PeerServer foreign = node(3, "another-cluster")) {
      assertEquals(
          new TreeMap<>(),
          descriptions.ask(both(2, moved.address(), 3, foreign.address()), 20_000));
    }
  }

  @Test
  void onlyARegisteredBrokerIsToldWhatANodeHas() throws Exception {
    try (PeerServer two = node(2, TestNode.CLUSTER)) {
      SortedMap<Integer, PeerAddress> place = new TreeMap<>(Map.of(2, two.address()));
      BrokerToken other = BrokerToken.fresh(new SecureRandom());
      assertEquals(
          new TreeMap<>(), new NodeDescriptions(calls(1, other)).ask(place, 20_000), "its token");
      assertEquals(
          new TreeMap<>(), new NodeDescriptions(calls(5, TOKEN)).ask(place, 20_000), "its id");
      StatusRuntimeException stranger =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  NodePresenceGrpc.newBlockingStub(channels.to(two.address()))
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(cluster()))
                      .withDeadlineAfter(20, TimeUnit.SECONDS)
                      .describe(DescribeRequest.getDefaultInstance()));
      assertEquals(Status.Code.UNAUTHENTICATED, stranger.getStatus().getCode());
    }
  }

  private static Metadata cluster() {
    Metadata headers = new Metadata();
    headers.put(PeerHeaders.CLUSTER, TestNode.CLUSTER);
    return headers;
  }

  private static <V> SortedMap<Integer, V> both(int one, V ofOne, int other, V ofOther) {
    SortedMap<Integer, V> both = new TreeMap<>();
    both.put(one, ofOne);
    both.put(other, ofOther);
    return both;
  }
}
