package dev.milena.quorum.ratis;

import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;

/**
 * Sends the log to one follower, and tells it at once when more of the log is agreed on.
 *
 * <p>Ratis (3.3.0) wakes its appender for that and then has it send nothing, as there is no entry
 * to send: a follower of a quiet leader hears of it with the next heartbeat, 300 ms later, and all
 * that waits for followers waits with it. Runs on the appender's thread.
 */
final class PromptAppender extends GrpcLogAppender {
  private long toldIndex = -1;

  PromptAppender(RaftServer.Division server, LeaderState leaderState, FollowerInfo follower) {
    super(server, leaderState, follower);
  }

  @Override
  public AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
      throws RaftLogIOException {
    // while entries are under way a heartbeat may not say what is agreed; their answer wakes us
    boolean tells =
        getRaftLog().getLastCommittedIndex() > toldIndex
            && !hasAppendEntries()
            && !hasPendingDataRequests();
    AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat || tells);
    if (request != null) {
      toldIndex = Math.max(toldIndex, request.getLeaderCommit());
    }
    return request;
  }
}
