package dev.milena.quorum.ratis;

import java.io.IOException;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.util.ProtoUtils;

/**
 * Makes this voter follow in a later term, by a request for its vote that it cannot grant. Blocks;
 * any thread that may.
 */
final class LaterTerm {
  private LaterTerm() {}

  /**
   * Ratis takes the term for its own, follows in it, and writes it down.
   *
   * @param requestor a voter, which knows nothing of it
   * @throws IOException also when the term could not be written
   */
  static void begin(LocalPeer here, RaftPeerId requestor, long term) throws IOException {
    // with an empty log, which is behind any
    here.server()
        .requestVote(
            RequestVoteRequestProto.newBuilder()
                .setServerRequest(from(here, requestor))
                .setCandidateTerm(term)
                .setCandidateLastEntry(TermIndexProto.getDefaultInstance())
                .build());
  }

  /** The head of what this process asks of its own peer in another's name. */
  static RaftRpcRequestProto from(LocalPeer here, RaftPeerId requestor) {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(requestor.toByteString())
        .setReplyId(here.server().getId().toByteString())
        .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(here.calls().groupId()))
        .setCallId(here.calls().nextCallId())
        .build();
  }
}
