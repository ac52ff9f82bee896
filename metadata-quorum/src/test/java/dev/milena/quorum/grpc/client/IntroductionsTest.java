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
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
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

      Met met = heard(List.of(hangs, node.address()), hangs);

      Met.Member member = assertInstanceOf(Met.Member.class, met);
      assertEquals(TestNode.CLUSTER, member.clusterId());
      assertEquals(1, member.nodeId());
      assertEquals(node.address(), member.by());
      assertEquals(Optional.of(node.address()), member.leader());
      assertEquals(quorum.lastIndex(), member.appliedIndex());
      assertEquals(new PeerAddress("127.0.0.1", 9093), member.voters().get(1));
    }
  }

  /** Asks again, as nodes do, while one is late that does not hang: the machine is busy. */
  private Met heard(List<PeerAddress> addresses, PeerAddress... hanging) {
    Met met = Introductions.ask(channels, addresses);
    for (int again = 0; again < 20 && isAnyLate(met, List.of(hanging)); again++) {
      met = Introductions.ask(channels, addresses);
    }
    return met;
  }

  private static boolean isAnyLate(Met met, List<PeerAddress> hanging) {
    return switch (met) {
      case Met.Member _ -> false;
      case Met.Nobody(SortedMap<String, String> why) ->
          why.entrySet().stream()
              .anyMatch(one ->
                  one.getValue().startsWith("no answer within")
                      && hanging.stream().noneMatch(port -> port.toString().equals(one.getKey())));
    };
  }

  @Test
  void whenNobodyAnswersItIsSaidOfEachWhy() throws Exception {
    NodeName plain = new NodeName(TestNode.CLUSTER, 9, () -> new IncarnationId(1, 1));
    try (PeerServicesWiring wiring = PeerServicesWiring.ofNode(plain);
        PeerServer noMember = new PeerServer(0, wiring.services());
        Socket deaf = new Socket()) {
      // bound and not listening: it refuses, and nobody else can have its port
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      PeerAddress nobody = new PeerAddress("127.0.0.1", deaf.getLocalPort());

      Met met = heard(List.of(nobody, noMember.address()));

      var why = assertInstanceOf(Met.Nobody.class, met).why();
      assertEquals("cannot be reached", why.get(nobody.toString()));
      assertTrue(
          String.valueOf(why.get(noMember.address().toString()))
              .contains("no member of the quorum; if that is the quorum's port"),
          why.toString());
    }
  }
}
