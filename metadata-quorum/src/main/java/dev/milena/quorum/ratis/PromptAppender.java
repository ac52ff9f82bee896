package dev.milena.quorum.ratis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;

/**
 * Sends the log to one follower, tells it at once when more of the log is agreed on, and asks again
 * for what was not answered.
 *
 * <p>When more is agreed on Ratis (3.3.0) wakes its appender and then has it send nothing, as there
 * is no entry to send: a follower of a quiet leader hears of it with the next heartbeat, 300 ms
 * later, and all that waits for followers waits with it. Runs on the appender's thread.
 */
final class PromptAppender extends GrpcLogAppender {
  private long toldIndex = -1;

  PromptAppender(RaftServer.Division server, LeaderState leaderState, FollowerInfo follower) {
    super(server, leaderState, follower);
  }

  /**
   * A connection may end behind the last entries, which the follower has by then, and before it has
   * said so. Ratis (3.3.0) has nothing left to send then, and takes no heartbeat's answer for it:
   * what this follower is needed for is never agreed on. The last of them says it for all.
   */
  private void sendAnewWhatWasNotAnswered() {
    FollowerInfo follower = getFollower();
    long last = getRaftLog().getNextIndex() - 1;
    if (follower.getNextIndex() == last + 1
        && follower.getMatchIndex() < last
        && !hasPendingDataRequests()
        && getRaftLog().getTermIndex(last) != null) {
      follower.decreaseNextIndex(last);
    }
  }

  @Override
  public AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
      throws RaftLogIOException {
    sendAnewWhatWasNotAnswered();
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

  /** The parts of a snapshot that is whole on this disk, each with its {@link SnapshotSeal}. */
  @Override
  public Iterable<InstallSnapshotRequestProto> newInstallSnapshotRequests(
      String requestId, SnapshotInfo snapshot) {
    if (getServer().getStateMachine() instanceof MetadataStateMachine machine) {
      try {
        machine.requireWhole(snapshot);
      } catch (IOException unfit) {
        // Ratis does not send it, and asks which is the newest
        throw new UncheckedIOException(unfit);
      }
    }
    Iterable<InstallSnapshotRequestProto> parts =
        super.newInstallSnapshotRequests(requestId, snapshot);
    return () -> {
      Iterator<InstallSnapshotRequestProto> plain = parts.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return plain.hasNext();
        }

        @Override
        public InstallSnapshotRequestProto next() {
          return SnapshotSeal.seal(plain.next());
        }
      };
    };
  }
}
