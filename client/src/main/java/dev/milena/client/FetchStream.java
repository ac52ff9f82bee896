package dev.milena.client;

import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One stream of answers. An answer arrives only after it was asked for with {@link #more}. */
@OwnedBy(Owner.CREATOR)
final class FetchStream {
  private static final MethodDescriptor<FetchRequest, FetchResponse> METHOD =
      FetchAnswers.streamMethod();

  private final ClientCall<FetchRequest, FetchResponse> call;

  /** Answers that arrived and were not taken yet; the network's thread counts up. */
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Prepares; nothing is sent before {@link #start}.
   *
   * @param channel to the partition's leader
   */
  FetchStream(Channel channel) {
    this.call = channel.newCall(METHOD, CallOptions.DEFAULT);
  }

  /**
   * Sends the request.
   *
   * @param heard takes what the network's thread hears; must not block
   */
  void start(FetchFlow flow, FetchRequest request, int answersAhead, Consumer<FetchEvent> heard) {
    call.start(new Ear(flow, this, heard), new Metadata());
    call.request(answersAhead);
    call.sendMessage(request);
    call.halfClose();
  }

  /** An answer was taken: room for one more. */
  void more() {
    waiting.decrementAndGet();
    call.request(1);
  }

  /** Whether the reader, and not the broker, is the one who is late. */
  boolean hasAnswers() {
    return waiting.get() > 0;
  }

  void end(String why) {
    call.cancel(why, null);
  }

  private static final class Ear extends ClientCall.Listener<FetchResponse> {
    private final FetchFlow flow;
    private final FetchStream stream;
    private final Consumer<FetchEvent> heard;

    Ear(FetchFlow flow, FetchStream stream, Consumer<FetchEvent> heard) {
      this.flow = flow;
      this.stream = stream;
      this.heard = heard;
    }

    @Override
    public void onMessage(FetchResponse answer) {
      stream.waiting.incrementAndGet();
      heard.accept(new FetchEvent.Answered(flow, stream, answer));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Status why =
          status.isOk() ? Status.UNAVAILABLE.withDescription("the broker ended it") : status;
      heard.accept(new FetchEvent.Broken(flow, stream, new StatusRuntimeException(why, trailers)));
    }
  }
}
