package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.FileChunkProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first part of a snapshot that was on its way when its leader was deposed. */
@Timeout(120)
class DeposedSenderTest {
  @TempDir Path folder;

  @Test
  void whatTheLeaderIsSendingIsNotDeletedForAPartOfItsPredecessors() throws Exception {
    try (TestQuorum quorum = new TestQuorum(folder, 3, Members.STEADY)) {
      quorum.startAll();
      Members.bringUpBroker(quorum.node(1), 1);
      int follower = quorum.followerId();
      long term = quorum.node(follower).status().term();
      Path arriving =
          Members.groupFolder(quorum.settings(follower)).resolve("tmp").resolve("snapshot-one");
      Files.createDirectories(arriving);

      assertEquals("NOT_LEADER", send(quorum, follower, term - 1));
      assertTrue(Files.isDirectory(arriving));
      assertEquals("ALREADY_INSTALLED", send(quorum, follower, term));
      assertFalse(Files.isDirectory(arriving));
      quorum.assertNobodyHalted();
    }
  }

  private static String send(TestQuorum quorum, int to, long term) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", quorum.settings(to).listenPort())
            .usePlaintext()
            .build();
    CompletableFuture<String> answer = new CompletableFuture<>();
    try {
      StreamObserver<InstallSnapshotRequestProto> parts =
          RaftServerProtocolServiceGrpc.newStub(channel)
              .installSnapshot(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(InstallSnapshotReplyProto reply) {
                      answer.complete(reply.getResult().name());
                    }

                    @Override
                    public void onError(Throwable failure) {
                      answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                      answer.complete("no answer");
                    }
                  });
      parts.onNext(SnapshotSeal.seal(first(quorum, to, term)));
      return answer.get(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private static InstallSnapshotRequestProto first(TestQuorum quorum, int to, long term)
      throws Exception {
    QuorumSettings settings = quorum.settings(to);
    Formation formation =
        FormationCodec.formation(TestQuorum.CLUSTER, Files.readString(settings.formationFile()));
    int from = quorum.leaderId();
    return InstallSnapshotRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRequestorId(
                    RatisPeers.id(formation.ofNode(from).orElseThrow().name()).toByteString())
                .setReplyId(RatisPeers.id(formation.ofNode(to).orElseThrow().name()).toByteString())
                .setRaftGroupId(
                    RaftGroupIdProto.newBuilder()
                        .setId(RaftGroupId.valueOf(settings.groupId()).toByteString())))
        .setLeaderTerm(term)
        .setSnapshotChunk(
            SnapshotChunkProto.newBuilder()
                .setRequestId("other")
                .setRequestIndex(0)
                .setTermIndex(TermIndexProto.newBuilder().setTerm(0).setIndex(0))
                .addFileChunks(FileChunkProto.newBuilder().setFilename("sm/cp-0-0/CURRENT")))
        .build();
  }
}
