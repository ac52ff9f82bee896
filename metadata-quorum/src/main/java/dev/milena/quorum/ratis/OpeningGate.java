package dev.milena.quorum.ratis;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Keeps out entries, heartbeats, parts of snapshots, requests for votes and the wish that this
 * member stand for election while the log is being opened. Ratis (3.3.0) begins the role of a
 * follower with the first heartbeat that it takes in, and so does the opening, which fails of it;
 * and what a log has that is not open yet cannot be told.
 *
 * <p>{@link #shut} is called by the thread that opens. Messages come on gRPC's threads, one for
 * each connection; one that is not let in within {@value #WAIT_MS} ms ends its call, and what else
 * comes on that is not let in either.
 */
final class OpeningGate implements ServerInterceptor {
  private static final long WAIT_MS = 3_000;

  /** Who was let in waits for a disk at most, as {@link EntriesInOrder} says. */
  private static final long SHUT_MS = 30_000;

  /** Written by who opens the log, read by who is within. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private final Reminder reminder = new Reminder();
  private final long waitMs;

  OpeningGate() {
    this(WAIT_MS);
  }

  /**
   * The same, with another bound.
   *
   * @param waitMs of a message, at most
   */
  OpeningGate(long waitMs) {
    this.waitMs = waitMs;
  }

  /** The gate while it is shut; the thread that shut it opens it again. */
  interface Shut extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Shuts the gate, when all that was let in before has been taken in.
   *
   * @throws IOException when it has not, after {@value #SHUT_MS} ms
   */
  Shut shut() throws IOException, InterruptedException {
    if (!lock.writeLock().tryLock(SHUT_MS, TimeUnit.MILLISECONDS)) {
      throw new IOException(
          "what other voters sent before is not taken in after %s ms: see whether the disk answers, and start again"
              .formatted(SHUT_MS));
    }
    return lock.writeLock()::unlock;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new Gated<>(next.startCall(call, headers), call);
  }

  /** A call whose messages wait until the gate is open. */
  private final class Gated<Q, A> extends RefusableListener<Q, A> {
    private boolean ofAnotherMember;

    Gated(ServerCall.Listener<Q> ratis, ServerCall<Q, A> call) {
      super(ratis, call);
    }

    @Override
    void look(Q message) {
      ofAnotherMember = isOfAnotherMember(message);
      if (ofAnotherMember) {
        whenOpen(() -> pass(message));
      } else {
        pass(message);
      }
    }

    @Override
    void lookAtEnd() {
      if (ofAnotherMember) {
        whenOpen(this::passEnd);
      } else {
        passEnd();
      }
    }

    private void whenOpen(Runnable passing) {
      if (!enter()) {
        refuse(
            Status.UNAVAILABLE.withDescription(
                "the quorum's log is still being opened after %s ms".formatted(waitMs)),
            reminder);
        return;
      }
      try {
        passing.run();
      } finally {
        lock.readLock().unlock();
      }
    }
  }

  private boolean enter() {
    try {
      return lock.readLock().tryLock(waitMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What members send each other, and clients do not. */
  private static boolean isOfAnotherMember(Object message) {
    return message instanceof AppendEntriesRequestProto
        || message instanceof InstallSnapshotRequestProto
        || message instanceof RequestVoteRequestProto
        || message instanceof StartLeaderElectionRequestProto;
  }
}
