package dev.milena.quorum.ratis;

import java.util.Iterator;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * Sends the log to one follower, tells it at once when more of the log is agreed on, and asks again
 * for what was not answered.
 *
 * <p>When more is agreed on Ratis (3.3.0) wakes its appender and then has it send nothing, as there
 * is no entry to send: a follower of a quiet leader hears of it with the next heartbeat, 300 ms
 * later, and all that waits for followers waits with it. Runs on the appender's thread.
 */
final class PromptAppender extends GrpcLogAppender {
  private final Runnable wake = this::notifyLogAppender;
  private long toldIndex = -1;

  /** The follower needs a snapshot that is not known to be whole. */
  private boolean awaitsCheck;

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
  public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
      throws RaftLogIOException {
    if (awaitsCheck) {
      // first the snapshot, then the log
      return heartbeat || getHeartbeatWaitTimeMs() <= 0
          ? super.newAppendEntriesRequest(callId, true)
          : null;
    }
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

  /** Nothing until the snapshot was found whole: the follower hears that there is a leader. */
  @Override
  public @Nullable SnapshotInfo shouldInstallSnapshot() {
    SnapshotInfo needed = super.shouldInstallSnapshot();
    awaitsCheck =
        needed != null
            && getServer().getStateMachine() instanceof MetadataStateMachine machine
            && !machine.isWhole(needed, wake);
    return awaitsCheck ? null : needed;
  }

  /** While a snapshot is checked there always is something to send, which cannot be sent. */
  @Override
  public long getWaitTimeMs() {
    return awaitsCheck ? Math.max(1, getHeartbeatWaitTimeMs()) : super.getWaitTimeMs();
  }

  /** The parts of a snapshot, each with its {@link SnapshotSeal}. */
  @Override
  public Iterable<InstallSnapshotRequestProto> newInstallSnapshotRequests(
      String requestId, SnapshotInfo snapshot) {
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
