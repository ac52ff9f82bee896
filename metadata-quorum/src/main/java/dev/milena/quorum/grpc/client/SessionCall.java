package dev.milena.quorum.grpc.client;

import com.google.protobuf.ByteString;
import dev.milena.proto.peer.v1.BrokerBeat;
import dev.milena.proto.peer.v1.LeaderBeat;
import dev.milena.quorum.control.Beat;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One standing stream to one member: beats go out one at a time, answers go to the client's loop,
 * which owns it. gRPC calls the observer's methods on its network thread.
 */
final class SessionCall implements ClientResponseObserver<BrokerBeat, LeaderBeat> {
  private final PeerAddress address;
  private final PeerLoop loop;
  private final BiConsumer<SessionCall, LeaderBeat> answer;
  private final BiConsumer<SessionCall, String> end;
  private final long begunNanos = System.nanoTime();
  private volatile @Nullable ClientCallStreamObserver<BrokerBeat> call;
  private Beat said = new Beat(-1, false, false);
  private long saidNanos = System.nanoTime();
  private boolean waits;
  private boolean established;

  /**
   * @param answer told each answer, on the loop
   * @param end told why the stream is over, on the loop
   */
  SessionCall(
      PeerAddress address,
      PeerLoop loop,
      BiConsumer<SessionCall, LeaderBeat> answer,
      BiConsumer<SessionCall, String> end) {
    this.address = address;
    this.loop = loop;
    this.answer = answer;
    this.end = end;
  }

  PeerAddress address() {
    return address;
  }

  /** Says something; not before the last beat was answered. */
  void say(ByteString incarnation, Beat beat) {
    ClientCallStreamObserver<BrokerBeat> open = call;
    if (open != null) {
      said = beat;
      saidNanos = System.nanoTime();
      waits = true;
      open.onNext(
          BrokerBeat.newBuilder()
              .setIncarnation(incarnation)
              .setAcknowledgedIndex(beat.acknowledgedIndex())
              .setReady(beat.ready())
              .setLeaving(beat.leaving())
              .setWallClockMs(System.currentTimeMillis())
              .setOldestCallMs(beat.silence().callMs())
              .setLoopStepMs(beat.silence().stepMs())
              .build());
    }
  }

  /** The last beat was heard by the leader. */
  void heard() {
    waits = false;
    established = true;
  }

  /** What it said last. */
  Beat said() {
    return said;
  }

  /** Since it said it. */
  long saidAgoMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - saidNanos);
  }

  long ageMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
  }

  /** Whether the last beat has no answer yet. */
  boolean waits() {
    return waits;
  }

  /** Whether the leader has ever answered on it. */
  boolean isEstablished() {
    return established;
  }

  /** Ends it in good order. */
  void finish() {
    ClientCallStreamObserver<BrokerBeat> open = call;
    if (open != null) {
      open.onCompleted();
    }
  }

  void cancel(String why) {
    ClientCallStreamObserver<BrokerBeat> open = call;
    if (open != null) {
      open.cancel(why, null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<BrokerBeat> stream) {
    call = stream;
  }

  @Override
  public void onNext(LeaderBeat beat) {
    loop.execute(() -> answer.accept(this, beat));
  }

  @Override
  public void onError(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String why =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    loop.execute(() -> end.accept(this, why));
  }

  @Override
  public void onCompleted() {
    loop.execute(() -> end.accept(this, "the member ended the session"));
  }
}
