package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.metadata.QuorumAnswer;
import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.store.MetadataReplica;
import dev.milena.quorum.store.StateDoubts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that cannot go on ends the process, instead of staying up and useless. */
class HaltTest {
  @TempDir Path folder;
  private final Members members = new Members();

  @Test
  void aFailureInApplyHaltsAndTheCommandIsNotAnswered() throws Exception {
    try (QuorumServer member = members.start(Members.single(folder, QuorumTuning.DEFAULT))) {
      Members.bringUpBroker(member, 1);
      member
          .view()
          .follow((index, delta, image) -> {
            if (!delta.topics().isEmpty()) {
              throw new IllegalStateException("a bug");
            }
          });

      QuorumAnswer answer =
          Members.await(member.submit(Members.createTopic("t", 1), Members.ORIGIN, 2_000));

      assertInstanceOf(QuorumAnswer.TimedOut.class, answer);
    }
    assertTrue(members.halts.getFirst().contains("could not be applied"), members.halts.toString());
    assertTrue(members.halts.stream().anyMatch(halt -> halt.contains("Ratis closed the group")));
  }

  @Test
  void ratisGivingUpHaltsUnlessWeAreStopping() throws Exception {
    MetadataStateMachine machine = stateMachine();
    machine.notifyLogFailed(new IOException("disk"), null);
    machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), true);
    machine.close();
    assertEquals(3, members.halts.size());

    machine.stopping();
    machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), true);
    machine.close();
    assertEquals(3, members.halts.size());
  }

  /** Ratis closes our log first, and says only then that it was the whole server. */
  @Test
  void aLogThatIsClosedWithTheWholeServerIsNotSaidToBeClosedAlone() throws Exception {
    List<Throwable> causes = new CopyOnWriteArrayList<>();
    RatisManners.teach();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        Membership member =
            Membership.start(
                Members.single(folder, QuorumTuning.DEFAULT),
                (what, cause) -> causes.add(cause),
                callers,
                QuorumEvents.NONE)) {
      DivisionInfo standing = member.peer().calls().division();
      TestQuorum.await("it leads", standing::isLeaderReady);

      member.peer().server().close();

      TestQuorum.await("it is told", () -> !causes.isEmpty());
      ClosedUnasked first = assertInstanceOf(ClosedUnasked.class, causes.getFirst());
      assertTrue(first.isServer(), first.toString());
    }
  }

  @Test
  void aSnapshotThatCannotBeOpenedIsNoMatterOfTheDiskUnlessTheDiskSaysSo() {
    MetadataStateMachine machine = stateMachine();
    assertThrows(IllegalStateException.class, machine::reinitialize);
    machine.cannotTakeIn(new IOException("no room"));
    assertEquals(2, members.halts.size());
    String what = members.halts.getFirst();
    assertTrue(what.contains("; report it with the log"), what);
    assertFalse(what.contains("see to the disk"), what);
    assertTrue(members.halts.getLast().contains("no room; see to the disk"), what);
  }

  @Test
  void aSnapshotThatCannotBeOpenedWhileWeAreStoppingHaltsNothing() {
    MetadataStateMachine machine = stateMachine();
    machine.stopping();
    assertThrows(IllegalStateException.class, machine::reinitialize);
    machine.cannotTakeIn(new IOException("interrupted"));
    assertEquals(List.of(), members.halts);
  }

  @Test
  void aSingleLogThatRatisShutDownWasRemovedAndHaltsNothing() {
    MetadataStateMachine machine = stateMachine();

    machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), false);

    assertEquals(List.of("removed"), members.halts);
  }

  @Test
  void anOrderlyEndHaltsNothing() throws Exception {
    members.start(Members.single(folder, QuorumTuning.DEFAULT)).close();

    assertEquals(List.of(), members.halts);
  }

  @Test
  void aSubmissionThatWouldDeposeTheLeaderIsRefusedBeforeItIsLogged() {
    MetadataStateMachine machine = stateMachine();

    assertNull(machine.startTransaction(request(QuorumServer.MAX_SUBMISSION_BYTES)).getException());
    assertInstanceOf(
        IOException.class,
        machine.startTransaction(request(QuorumServer.MAX_SUBMISSION_BYTES + 1)).getException());
  }

  private static RaftClientRequest request(int bytes) {
    return RaftClientRequest.newBuilder()
        .setClientId(ClientId.randomId())
        .setServerId(RaftPeerId.valueOf("n1"))
        .setGroupId(RaftGroupId.randomId())
        .setCallId(1)
        .setMessage(Message.valueOf(ByteString.copyFrom(new byte[bytes])))
        .setType(RaftClientRequest.writeRequestType())
        .build();
  }

  private MetadataStateMachine stateMachine() {
    return new MetadataStateMachine(
        Members.single(folder, QuorumTuning.DEFAULT),
        new MetadataReplica(folder.resolve("live"), 1),
        new StateDoubts((what, cause) -> members.halts.add(what)),
        new StampSource(),
        (what, cause) -> members.halts.add(what + ": " + cause),
        new PeerObserver() {
          @Override
          public void logBegins() {
            throw new AssertionError("begins");
          }

          @Override
          public void removed() {
            members.halts.add("removed");
          }

          @Override
          public void leaderReady(long term) {
            throw new AssertionError("leads");
          }

          @Override
          public void leaderLost(long term) {
            throw new AssertionError("led");
          }

          @Override
          public void votersApplied(Formation voters) {
            throw new AssertionError("voters");
          }
        });
  }
}
