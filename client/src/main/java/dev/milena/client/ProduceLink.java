package dev.milena.client;

import dev.milena.client.connection.HostPort;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.ProduceServiceGrpc;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of requests to one broker. Answers come in the order of the requests.
 *
 * <p>The sender's thread owns it; the network's thread only passes on what it hears.
 */
@OwnedBy(Owner.CREATOR)
final class ProduceLink {
  /** As many as the broker reads ahead; more would only wait in its socket. */
  static final int MAX_UNANSWERED = 5;

  private final HostPort address;
  private final Deque<ProduceAttempt> unanswered = new ArrayDeque<>();
  private final ClientCallStreamObserver<ProduceRequest> requests;

  /**
   * Opens a stream; it may turn out later that nobody is there.
   *
   * @param heard takes what the network's thread hears; must not block
   */
  ProduceLink(HostPort address, Channel channel, Consumer<SenderEvent> heard) {
    this.address = address;
    Ear ear = new Ear(this, heard);
    ClientCalls.asyncBidiStreamingCall(
        channel.newCall(ProduceServiceGrpc.getProduceStreamMethod(), CallOptions.DEFAULT), ear);
    this.requests = Objects.requireNonNull(ear.requests, "gRPC calls beforeStart");
  }

  HostPort address() {
    return address;
  }

  boolean hasRoom() {
    return unanswered.size() < MAX_UNANSWERED;
  }

  boolean isIdle() {
    return unanswered.isEmpty();
  }

  void send(ProduceAttempt attempt, ProduceRequest request) {
    unanswered.addLast(attempt);
    requests.onNext(request);
  }

  /** The request that an answer is for; the oldest one. */
  @Nullable ProduceAttempt answered(long correlationId) {
    ProduceAttempt oldest = unanswered.peekFirst();
    return oldest != null && oldest.correlationId() == correlationId
        ? unanswered.removeFirst()
        : null;
  }

  /** When the first of the unanswered requests is given up, or {@link Long#MAX_VALUE} from now. */
  long givesUpInNanos(long now) {
    long soonest = Long.MAX_VALUE;
    for (ProduceAttempt attempt : unanswered) {
      soonest = Math.min(soonest, attempt.giveUpNanos() - now);
    }
    return soonest;
  }

  /** Gives up; the outcome of what is returned is unknown. */
  List<ProduceAttempt> abandon(String why) {
    requests.cancel(why, null);
    List<ProduceAttempt> open = new ArrayList<>(unanswered);
    unanswered.clear();
    return open;
  }

  /** Says that no more requests come. */
  void finish() {
    requests.onCompleted();
  }

  /** Passes on what the network says. */
  private static final class Ear
      implements ClientResponseObserver<ProduceRequest, ProduceResponse> {
    private final ProduceLink link;
    private final Consumer<SenderEvent> heard;
    private @Nullable ClientCallStreamObserver<ProduceRequest> requests;

    Ear(ProduceLink link, Consumer<SenderEvent> heard) {
      this.link = link;
      this.heard = heard;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ProduceRequest> stream) {
      requests = stream;
    }

    @Override
    public void onNext(ProduceResponse answer) {
      heard.accept(new SenderEvent.Answered(link, answer));
    }

    @Override
    public void onError(Throwable thrown) {
      heard.accept(new SenderEvent.Broken(link, thrown));
    }

    @Override
    public void onCompleted() {
      heard.accept(
          new SenderEvent.Broken(
              link,
              Status.UNAVAILABLE.withDescription("the broker ended the stream").asException()));
    }
  }
}
