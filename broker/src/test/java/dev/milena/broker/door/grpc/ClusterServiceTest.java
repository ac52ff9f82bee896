package dev.milena.broker.door.grpc;

import static dev.milena.broker.door.grpc.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.cluster.AuditCall;
import dev.milena.broker.core.cluster.DecommissionCall;
import dev.milena.broker.core.cluster.VoterCall;
import dev.milena.proto.peer.v1.Origin;
import dev.milena.proto.v1.AddVoterRequest;
import dev.milena.proto.v1.AuditRequest;
import dev.milena.proto.v1.ClusterServiceGrpc;
import dev.milena.proto.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import dev.milena.proto.v1.DecommissionBrokerRequest;
import dev.milena.proto.v1.DescribeNodesRequest;
import dev.milena.proto.v1.DescribeQuorumRequest;
import dev.milena.proto.v1.DescribeQuorumResponse;
import dev.milena.proto.v1.RemoveVoterRequest;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ClusterService: what it reads, what it says, and how it asks another node. */
class ClusterServiceTest {
  private static final DescribeQuorumRequest QUORUM = DescribeQuorumRequest.getDefaultInstance();

  private static ClusterServiceBlockingStub cluster(OpenDoor door) {
    return ClusterServiceGrpc.newBlockingStub(door.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static AddVoterRequest add(int id, String address) {
    return AddVoterRequest.newBuilder().setId(id).setAddress(address).setTimeoutMs(20_000).build();
  }

  private static Object asked(ScriptedDesk desk) throws InterruptedException {
    Object call = desk.asked.poll(20, TimeUnit.SECONDS);
    assertNotNull(call);
    return call;
  }

  @Test
  void requestsReachTheDeskAsTheyWereMeant() throws Exception {
    ScriptedDesk desk = ScriptedDesk.telling();
    try (OpenDoor door = OpenDoor.before(desk)) {
      assertEquals(1, cluster(door).addVoter(add(4, "host-4.example:9093")).getVotersCount());
      VoterCall.AddVoterCall added = (VoterCall.AddVoterCall) asked(desk);
      assertEquals(4, added.nodeId());
      assertEquals("host-4.example", added.host());
      assertEquals(9093, added.port());
      assertEquals(20_000, added.timeoutMs());
      assertEquals("ANONYMOUS", added.caller().principal());
      assertTrue(added.caller().tool().startsWith("grpc-java"), added.caller().tool());

      var _ = cluster(door).addVoter(add(4, "[::1]:1"));
      assertEquals("::1", ((VoterCall.AddVoterCall) asked(desk)).host());

      var _ = cluster(door).removeVoter(RemoveVoterRequest.newBuilder().setId(4).build());
      assertEquals(15_000, ((VoterCall.RemoveVoterCall) asked(desk)).timeoutMs());

      var _ =
          cluster(door).decommissionBroker(DecommissionBrokerRequest.newBuilder().setId(7).build());
      assertEquals(7, ((DecommissionCall) asked(desk)).brokerId());

      assertEquals(7, cluster(door).audit(AuditRequest.getDefaultInstance()).getNextIndex());
      assertEquals(new AuditCall("", 0, 0, 1_000), asked(desk));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "host:",
        ":9093",
        "host:0",
        "host:65536",
        "a b:1",
        "::1:9093",
        "4@h:1"
      })
  void anAddressThatIsNoneIsAnInvalidVoter(String address) throws Exception {
    try (OpenDoor door = OpenDoor.before(ScriptedDesk.telling())) {
      assertRefused(ErrorKind.INVALID_VOTER, () -> cluster(door).addVoter(add(4, address)));
    }
  }

  @Test
  void numbersOutsideTheirBoundsAreRefused() throws Exception {
    try (OpenDoor door = OpenDoor.before(ScriptedDesk.telling())) {
      assertRefused(ErrorKind.INVALID_VOTER, () -> cluster(door).addVoter(add(-1, "h:1")));
      assertRefused(
          ErrorKind.INVALID_REQUEST,
          () ->
              cluster(door)
                  .removeVoter(RemoveVoterRequest.newBuilder().setTimeoutMs(300_001).build()));
      assertRefused(
          ErrorKind.INVALID_REQUEST,
          () -> cluster(door).audit(AuditRequest.newBuilder().setMaxChanges(1_001).build()));
      assertRefused(
          ErrorKind.INVALID_REQUEST,
          () -> cluster(door).audit(AuditRequest.newBuilder().setSinceMs(-1).build()));
      assertRefused(
          ErrorKind.INVALID_TOPIC,
          () -> cluster(door).audit(AuditRequest.newBuilder().setTopic("a/b").build()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyErrorOfAnotherNodeReachesTheClientUnchanged(ErrorKind kind) throws Exception {
    Refusal refusal = Refusal.of(kind, "because of node 2").with("broker", "3");
    try (OpenDoor two = OpenDoor.before(ScriptedDesk.refusing(refusal))) {
      ScriptedDesk left = ScriptedDesk.telling();
      left.leaveTo(two.doors.address());
      try (OpenDoor one = OpenDoor.before(left)) {
        var info = assertRefused(kind, () -> cluster(one).describeQuorum(QUORUM));
        assertEquals("3", info.getMetadataOrThrow("broker"));
        assertRefused(kind, () -> cluster(one).addVoter(add(4, "h:1")));
        assertRefused(
            kind, () -> cluster(one).removeVoter(RemoveVoterRequest.newBuilder().build()));
        assertRefused(kind, () -> cluster(one).audit(AuditRequest.getDefaultInstance()));
      }
    }
  }

  @Test
  void whatOnlyAnotherNodeKnowsIsAskedOfItAndAnsweredAsItIs() throws Exception {
    try (OpenDoor two = OpenDoor.before(ScriptedDesk.telling())) {
      ScriptedDesk left = ScriptedDesk.telling();
      left.leaveTo(two.doors.address());
      try (OpenDoor one = OpenDoor.before(left)) {
        DescribeQuorumResponse asked = cluster(one).describeQuorum(QUORUM);
        assertEquals(cluster(two).describeQuorum(QUORUM), asked);
        assertEquals(3, asked.getTerm());
        assertEquals(ScriptedDesk.VOTER.directoryId(), asked.getVoters(0).getDirectoryId());
      }
    }
  }

  @Test
  void aCallIsSentOnOnceAndNeverInALoop() throws Exception {
    ScriptedDesk one = ScriptedDesk.telling();
    ScriptedDesk two = ScriptedDesk.telling();
    try (OpenDoor first = OpenDoor.before(one);
        OpenDoor second = OpenDoor.before(two)) {
      one.leaveTo(second.doors.address());
      two.leaveTo(first.doors.address());

      assertRefused(
          ErrorKind.QUORUM_UNAVAILABLE,
          () -> cluster(first).removeVoter(RemoveVoterRequest.newBuilder().setId(9).build()));

      assertEquals(1, one.asked.size());
      assertEquals(1, two.asked.size());
    }
  }

  @Test
  void aNodeThatIsGoneChangedNothingAndOneThatIsSilentMayHave() throws Exception {
    ScriptedDesk left = ScriptedDesk.telling();
    try (Socket deaf = new Socket();
        OpenDoor one = OpenDoor.before(left)) {
      // bound and not listening: it refuses, and nobody else can have its port
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      left.leaveTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), deaf.getLocalPort()));
      assertRefused(ErrorKind.QUORUM_UNAVAILABLE, () -> cluster(one).addVoter(add(4, "h:1")));
    }
    try (OpenDoor one = OpenDoor.before(left);
        OpenDoor two = OpenDoor.before(ScriptedDesk.silent())) {
      left.leaveTo(two.doors.address());
      AddVoterRequest hasty = add(4, "h:1").toBuilder().setTimeoutMs(2_000).build();
      assertRefused(ErrorKind.TIMED_OUT, () -> cluster(one).addVoter(hasty));
    }
  }

  /** A node of a cluster in which a broker's token is its id, sixteen times. */
  private record Node(int self) implements KnownNodes {
    @Override
    public byte[] token() {
      return "%016d".formatted(self).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean isTokenOf(int brokerId, byte[] token) {
      return brokerId <= 3 && Arrays.equals(new Node(brokerId).token(), token);
    }
  }

  /** Who the second node is told has asked, of a call that the first passes on. */
  private static Caller askedThrough(KnownNodes first, KnownNodes second) throws Exception {
    ScriptedDesk left = ScriptedDesk.telling();
    ScriptedDesk leader = ScriptedDesk.telling();
    try (OpenDoor one = OpenDoor.before(left, first);
        OpenDoor two = OpenDoor.before(leader, second)) {
      left.leaveTo(two.doors.address());
      assertEquals(1, cluster(one).addVoter(add(4, "h:1")).getVotersCount());
      Caller asked = ((VoterCall.AddVoterCall) asked(left)).caller();
      Caller told = ((VoterCall.AddVoterCall) asked(leader)).caller();
      assertTrue(!asked.address().equals("unknown"));
      return told.equals(asked) ? asked : new Caller("", "", "", "the node itself");
    }
  }

  @Test
  void whoeverAskedIsToldToTheNodeThatACallIsPassedOnToAndBelievedOfBrokersAlone()
      throws Exception {
    assertEquals("ANONYMOUS", askedThrough(new Node(1), new Node(2)).principal());
    assertEquals("the node itself", askedThrough(new Node(4), new Node(2)).tool());
  }

  @Test
  void aStrangerCannotSpeakForSomebodyElse() throws Exception {
    ScriptedDesk desk = ScriptedDesk.telling();
    byte[] alice = Origin.newBuilder().setPrincipal("alice").build().toByteArray();
    try (OpenDoor door = OpenDoor.before(desk, new Node(2))) {
      Metadata headers = new Metadata();
      headers.put(ascii("milena-passed-on"), "1");
      headers.put(binary("milena-asked-by-bin"), alice);
      assertEquals("ANONYMOUS", principal(door, desk, headers));
      headers.put(ascii("milena-broker"), "1");
      assertEquals("ANONYMOUS", principal(door, desk, headers));
      headers.put(binary("milena-token-bin"), new Node(3).token());
      assertEquals("ANONYMOUS", principal(door, desk, headers));
      headers.removeAll(binary("milena-token-bin"));
      headers.put(binary("milena-token-bin"), new Node(1).token());
      assertEquals("alice", principal(door, desk, headers));
      headers.removeAll(binary("milena-asked-by-bin"));
      headers.put(binary("milena-asked-by-bin"), new byte[] {7});
      assertRefused(ErrorKind.INVALID_REQUEST, () -> principal(door, desk, headers));
    }
  }

  private static String principal(OpenDoor door, ScriptedDesk desk, Metadata headers)
      throws InterruptedException {
    var _ =
        cluster(door)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .addVoter(add(4, "h:1"));
    return ((VoterCall.AddVoterCall) asked(desk)).caller().principal();
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Metadata.Key<byte[]> binary(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }

  @Test
  void aNodeWhoseAddressIsNoneIsNeverUnderWay() throws Exception {
    ScriptedDesk left = ScriptedDesk.telling();
    left.leaveTo(InetSocketAddress.createUnresolved("no host", 9092));
    try (OpenDoor one = OpenDoor.before(left)) {
      for (int i = 0; i <= NodeCalls.MOST; i++) {
        assertRefused(ErrorKind.QUORUM_UNAVAILABLE, () -> cluster(one).describeQuorum(QUORUM));
      }
    }
  }

  @Test
  void nodesAreDescribedWithoutAQuorumThatHasALeader() throws Exception {
    try (OpenDoor door = OpenDoor.before(ScriptedDesk.telling())) {
      var nodes = cluster(door).describeNodes(DescribeNodesRequest.getDefaultInstance());
      assertEquals("a-cluster", nodes.getClusterId());
      assertTrue(!nodes.hasQuorumLeader());
    }
  }
}
