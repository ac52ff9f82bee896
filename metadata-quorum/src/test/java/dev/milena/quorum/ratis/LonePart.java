package dev.milena.quorum.ratis;

import dev.milena.quorum.ratis.formation.Formation;
import dev.milena.quorum.ratis.formation.FormationCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
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

/**
 * A part of a snapshot that comes to a member by itself, in the name of one that may lead.
 *
 * @param index of the part
 */
record LonePart(int from, int to, long term, int index) {
  private static final UUID GROUP =
      UUID.nameUUIDFromBytes(("milena:" + TestQuorum.CLUSTER).getBytes(StandardCharsets.UTF_8));

  /**
   * Sends it.
   *
   * @param folder of the member that it goes to
   * @return what is answered: a result, or how the call ended
   */
  String send(int port, Path folder) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
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
                      answer.complete("ended: " + failure.getMessage());
                    }

                    @Override
                    public void onCompleted() {
                      answer.complete("no answer");
                    }
                  });
      parts.onNext(SnapshotSeal.seal(message(folder)));
      return answer.get(Members.TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private InstallSnapshotRequestProto message(Path folder) throws Exception {
    Formation formation =
        FormationCodec.formation(TestQuorum.CLUSTER, Files.readString(folder.resolve("formation")));
    return InstallSnapshotRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRequestorId(
                    RatisPeers.id(formation.ofNode(from).orElseThrow().name()).toByteString())
                .setReplyId(RatisPeers.id(formation.ofNode(to).orElseThrow().name()).toByteString())
                .setRaftGroupId(
                    RaftGroupIdProto.newBuilder().setId(RaftGroupId.valueOf(GROUP).toByteString())))
        .setLeaderTerm(term)
        .setSnapshotChunk(
            SnapshotChunkProto.newBuilder()
                .setRequestId("other")
                .setRequestIndex(index)
                .setTermIndex(TermIndexProto.newBuilder().setTerm(0).setIndex(0))
                .addFileChunks(FileChunkProto.newBuilder().setFilename("sm/cp-0-0/CURRENT")))
        .build();
  }
}
