package dev.milena.quorum.grpc.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.IncarnationId;
import dev.milena.quorum.grpc.PeerServer;
import dev.milena.quorum.grpc.TestNode;
import dev.milena.quorum.grpc.TestQuorum;
import dev.milena.quorum.grpc.client.Introductions.Met;
import dev.milena.quorum.grpc.connection.PeerAddress;
import dev.milena.quorum.grpc.connection.PeerChannels;
import dev.milena.quorum.grpc.server.NodeName;
import dev.milena.quorum.grpc.server.PeerServicesWiring;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntroductionsTest {
  @TempDir Path folder;
  private final PeerChannels channels = new PeerChannels("a test");

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void aNodeThatKnowsOnlyAddressesLearnsTheClusterFromTheFirstThatAnswers() throws Exception {
    TestQuorum quorum = new TestQuorum();
    try (TestNode node = new TestNode(quorum, 1, folder, 1 << 20);
        ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      quorum.bringUpBroker(1, "127.0.0.1", node.address().port());
      quorum.leaderIs(OptionalInt.of(1));
      PeerAddress hangs = new PeerAddress("127.0.0.1", silent.getLocalPort());

      Met met = Introductions.ask(channels, List.of(hangs, node.address()));

      Met.Member member = assertInstanceOf(Met.Member.class, met);
      assertEquals(TestNode.CLUSTER, member.clusterId());
      assertEquals(1, member.nodeId());
      assertEquals(node.address(), member.by());
      assertEquals(Optional.of(node.address()), member.leader());
      assertEquals(quorum.lastIndex(), member.appliedIndex());
      assertEquals(new PeerAddress("127.0.0.1", 9093), member.voters().get(1));
    }
  }

  @Test
  void whenNobodyAnswersItIsSaidOfEachWhy() throws Exception {
    NodeName plain = new NodeName(TestNode.CLUSTER, 9, () -> new IncarnationId(1, 1));
    try (PeerServicesWiring wiring = PeerServicesWiring.ofNode(plain);
        PeerServer noMember = new PeerServer(0, wiring.services());
        ServerSocket gone = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PeerAddress nobody = new PeerAddress("127.0.0.1", gone.getLocalPort());
      gone.close();

      Met met = Introductions.ask(channels, List.of(nobody, noMember.address()));

      var why = assertInstanceOf(Met.Nobody.class, met).why();
      assertEquals("cannot be reached", why.get(nobody.toString()));
      assertTrue(
          String.valueOf(why.get(noMember.address().toString())).contains("no member"),
          why.toString());
    }
  }
}
