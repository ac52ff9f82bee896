package dev.milena.broker.door.grpc;

import static dev.milena.broker.door.grpc.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.cluster.DrainCall;
import dev.milena.broker.core.cluster.ElectionCall;
import dev.milena.broker.core.cluster.MoveCall;
import dev.milena.proto.v1.ClusterServiceGrpc;
import dev.milena.proto.v1.ClusterServiceGrpc.ClusterServiceBlockingStub;
import dev.milena.proto.v1.DrainBrokerRequest;
import dev.milena.proto.v1.DrainBrokerResponse;
import dev.milena.proto.v1.ElectLeadersRequest;
import dev.milena.proto.v1.ElectLeadersResponse;
import dev.milena.proto.v1.ReassignPartitionsRequest;
import dev.milena.proto.v1.ReassignPartitionsResponse;
import dev.milena.proto.v1.ReplicaMove;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** ClusterService: what operators order of leaders and replicas. */
class ClusterOrdersTest {
  private static ClusterServiceBlockingStub cluster(OpenDoor door) {
    return ClusterServiceGrpc.newBlockingStub(door.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static Object asked(ScriptedDesk desk) throws InterruptedException {
    Object call = desk.asked.poll(20, TimeUnit.SECONDS);
    assertNotNull(call);
    return call;
  }

  @Test
  void anElectionReachesTheDeskAsItWasMeantAndItsAnswerTheClient() throws Exception {
    ScriptedDesk desk = ScriptedDesk.telling();
    try (OpenDoor door = OpenDoor.before(desk)) {
      ElectLeadersRequest one =
          ElectLeadersRequest.newBuilder().setTopic("t").setPartition(0).setUnclean(true).build();
      ElectLeadersResponse answer = cluster(door).electLeaders(one);

      ElectionCall call = (ElectionCall) asked(desk);
      assertEquals(Optional.of("t"), call.topic());
      assertEquals(OptionalInt.of(0), call.partition());
      assertTrue(call.unclean());
      assertEquals(15_000, call.timeoutMs());
      assertEquals(2, answer.getChanged());
      assertEquals(3, answer.getUnclean(0).getLeader());
      assertEquals(7, answer.getUnclean(0).getLeaderEpoch());
      assertEquals("start broker 4", answer.getLeaderless(0).getNext());
      assertEquals(5, answer.getLeaderlessInAll());
      assertTrue(answer.getMore());

      var _ = cluster(door).electLeaders(ElectLeadersRequest.getDefaultInstance());
      assertEquals(
          new ElectionCall(call.caller(), Optional.empty(), OptionalInt.empty(), false, 15_000),
          asked(desk));
      for (ElectLeadersRequest wrong :
          List.of(
              ElectLeadersRequest.newBuilder().setUnclean(true).build(),
              ElectLeadersRequest.newBuilder().setPartition(1).build(),
              ElectLeadersRequest.newBuilder().setTopic("t").setPartition(-1).build())) {
        assertRefused(ErrorKind.INVALID_REQUEST, () -> cluster(door).electLeaders(wrong));
      }
    }
  }

  private static ReassignPartitionsRequest moves(ReplicaMove.Builder... moves) {
    ReassignPartitionsRequest.Builder request = ReassignPartitionsRequest.newBuilder();
    for (ReplicaMove.Builder move : moves) {
      request.addMoves(move);
    }
    return request.build();
  }

  private static ReplicaMove.Builder of(String topic) {
    return ReplicaMove.newBuilder().setTopic(topic);
  }

  @Test
  void movesAndDrainsReachTheDeskAsTheyWereMeant() throws Exception {
    ScriptedDesk desk = ScriptedDesk.telling();
    try (OpenDoor door = OpenDoor.before(desk)) {
      ReassignPartitionsResponse begun =
          cluster(door)
              .reassignPartitions(
                  moves(
                      of("t").setPartition(0).addReplicas(4).addReplicas(2),
                      of("u").setCancel(true),
                      of("u").setCancel(true).setPartition(3)));
      assertEquals(
          List.of(
              new MoveCall.Wanted.To("t", 0, List.of(4, 2)),
              new MoveCall.Wanted.Back("u", OptionalInt.empty()),
              new MoveCall.Wanted.Back("u", OptionalInt.of(3))),
          ((MoveCall) asked(desk)).moves());
      assertEquals(3, begun.getChanged());
      assertEquals(2, begun.getUnderWay());

      DrainBrokerResponse drained =
          cluster(door).drainBroker(DrainBrokerRequest.newBuilder().setId(4).build());
      DrainCall call = (DrainCall) asked(desk);
      assertEquals(new DrainCall(call.caller(), 4, false, 15_000), call);
      assertEquals(9, drained.getChanged());
      assertEquals(4, drained.getLeft());
    }
  }

  @Test
  void movesAndDrainsThatContradictThemselvesAreRefused() throws Exception {
    try (OpenDoor door = OpenDoor.before(ScriptedDesk.telling())) {
      for (ReassignPartitionsRequest wrong :
          List.of(
              moves(),
              moves(of("t").addReplicas(1)),
              moves(of("t").setPartition(-1).addReplicas(1)),
              moves(of("t").setCancel(true).addReplicas(1)))) {
        assertRefused(ErrorKind.INVALID_REQUEST, () -> cluster(door).reassignPartitions(wrong));
      }
      assertRefused(
          ErrorKind.INVALID_TOPIC,
          () -> cluster(door).reassignPartitions(moves(of("a/b").setCancel(true))));
      assertRefused(
          ErrorKind.INVALID_REQUEST,
          () -> cluster(door).drainBroker(DrainBrokerRequest.newBuilder().setId(-1).build()));
    }
  }
}
