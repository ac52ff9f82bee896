package dev.milena.quorum.grpc.client;

import dev.milena.proto.peer.v1.FollowRequest;
import dev.milena.proto.peer.v1.FollowResponse;
import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream from one member: hands its messages to the feed's loop, one at a time. gRPC calls it
 * on its network thread.
 */
final class FollowCall implements ClientResponseObserver<FollowRequest, FollowResponse> {
  private final PeerAddress address;
  private final PeerLoop loop;
  private final BiConsumer<FollowCall, FollowResponse> message;
  private final BiConsumer<FollowCall, String> end;
  private volatile long arrivedNanos = System.nanoTime();
  private volatile @Nullable ClientCallStreamObserver<FollowRequest> call;
  private boolean worked;

  /**
   * @param message told each message, on the loop; the next comes after {@link #readOn}
   * @param end told why the stream is over, on the loop
   */
  FollowCall(
      PeerAddress address,
      PeerLoop loop,
      BiConsumer<FollowCall, FollowResponse> message,
      BiConsumer<FollowCall, String> end) {
    this.address = address;
    this.loop = loop;
    this.message = message;
    this.end = end;
  }

  PeerAddress address() {
    return address;
  }

  /** When the last message came; at first when the call was made. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  long silentMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - arrivedNanos);
  }

  /** Whether it has brought something useful; on the loop. */
  boolean hasWorked() {
    return worked;
  }

  void worked() {
    worked = true;
  }

  /** Lets the next message come. */
  void readOn() {
    ClientCallStreamObserver<FollowRequest> open = call;
    if (open != null) {
      open.request(1);
    }
  }

  void cancel(String why) {
    ClientCallStreamObserver<FollowRequest> open = call;
    if (open != null) {
      open.cancel(why, null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<FollowRequest> stream) {
    call = stream;
    stream.disableAutoRequestWithInitial(1);
  }

  @Override
  public void onNext(FollowResponse response) {
    arrivedNanos = System.nanoTime();
    loop.execute(() -> message.accept(this, response));
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
    loop.execute(() -> end.accept(this, "the member ended the stream"));
  }
}
