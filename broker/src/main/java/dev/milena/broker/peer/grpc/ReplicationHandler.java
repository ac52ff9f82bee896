package dev.milena.broker.peer.grpc;

import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.LeaderWord;
import dev.milena.broker.core.serving.ReplicaCopies;
import dev.milena.proto.peer.v1.FollowerMessage;
import dev.milena.proto.peer.v1.FollowerWord;
import dev.milena.proto.peer.v1.LeaderMessage;
import dev.milena.proto.peer.v1.ReplicationGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Replication: serves brokers that copy what this one leads. Stands behind the peers' gate. */
public final class ReplicationHandler extends ReplicationGrpc.ReplicationImplBase {
  /** The full name of the method. */
  public static final String COPY = ReplicationGrpc.getCopyMethod().getFullMethodName();

  /** The largest request: 1,000 words. */
  public static final int REQUEST_BYTES = 128 << 10;

  /** Words are sent in messages of about so many bytes; one batch is never divided. */
  private static final int MESSAGE_BYTES = 1 << 20;

  /**
   * So much is queued in a stream before it is not ready. gRPC's own 32 KiB are less than one
   * append under load: what comes next would have to be read back from the disk for each follower.
   */
  private static final int MOST_QUEUED_BYTES = 1 << 20;

  private final ReplicaCopies copies;
  private final Supplier<Optional<FollowerProof>> caller;

  /**
   * @param caller whose call is on this thread, as its headers say
   */
  public ReplicationHandler(ReplicaCopies copies, Supplier<Optional<FollowerProof>> caller) {
    this.copies = copies;
    this.caller = caller;
  }

  @Override
  public StreamObserver<FollowerMessage> copy(StreamObserver<LeaderMessage> answers) {
    ServerCallStreamObserver<LeaderMessage> out = (ServerCallStreamObserver<LeaderMessage>) answers;
    Optional<FollowerSession> session =
        caller
            .get()
            .flatMap(proof -> copies.opened(proof.broker(), proof.tokenHash(), new Outlet(out)));
    if (session.isEmpty()) {
      out.setOnCancelHandler(() -> {});
      out.onError(
          Status.UNAUTHENTICATED
              .withDescription(
                  "only a registered broker may copy; this one does not know the caller")
              .asRuntimeException());
      return new Unheard();
    }
    FollowerSession follower = session.get();
    out.setOnReadyThreshold(MOST_QUEUED_BYTES);
    out.setOnReadyHandler(follower::ready);
    out.setOnCancelHandler(() -> copies.ended(follower));
    return new Inlet(follower, out);
  }

  /** What comes from one follower. */
  private final class Inlet implements StreamObserver<FollowerMessage> {
    private final FollowerSession follower;
    private final ServerCallStreamObserver<LeaderMessage> out;

    Inlet(FollowerSession follower, ServerCallStreamObserver<LeaderMessage> out) {
      this.follower = follower;
      this.out = out;
    }

    @Override
    public void onNext(FollowerMessage message) {
      if (follower.isEnded()) {
        return;
      }
      try {
        for (FollowerWord word : message.getWordsList()) {
          copies.heard(follower, CopyMessages.read(word));
        }
      } catch (CopyMessages.NoWord malformed) {
        copies.ended(follower);
        out.onError(
            Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()).asRuntimeException());
      }
    }

    @Override
    public void onError(Throwable failure) {
      copies.ended(follower);
    }

    @Override
    public void onCompleted() {
      copies.ended(follower);
      out.onCompleted();
    }
  }

  /** What goes to one follower. */
  private record Outlet(ServerCallStreamObserver<LeaderMessage> out)
      implements FollowerSession.Stream {
    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void send(List<LeaderWord> words) {
      LeaderMessage.Builder message = LeaderMessage.newBuilder();
      int bytes = 0;
      for (LeaderWord word : words) {
        if (bytes > 0 && bytes + word.bytes() > MESSAGE_BYTES) {
          out.onNext(message.build());
          message = LeaderMessage.newBuilder();
          bytes = 0;
        }
        message.addWords(CopyMessages.of(word));
        bytes += word.bytes();
      }
      out.onNext(message.build());
    }

    @Override
    public void end(String why) {
      if (!out.isCancelled()) {
        out.onError(Status.ABORTED.withDescription(why).asRuntimeException());
      }
    }
  }

  /** One that was turned away. */
  private static final class Unheard implements StreamObserver<FollowerMessage> {
    @Override
    public void onNext(FollowerMessage message) {
      // it has its answer
    }

    @Override
    public void onError(Throwable failure) {
      // it is gone
    }

    @Override
    public void onCompleted() {
      // it has its answer
    }
  }
}
