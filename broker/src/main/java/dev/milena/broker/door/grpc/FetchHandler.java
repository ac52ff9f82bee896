package dev.milena.broker.door.grpc;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.FetchRequest;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.FetchServiceGrpc;
import dev.milena.proto.v1.ListOffsetsRequest;
import dev.milena.proto.v1.ListOffsetsResponse;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;

/** FetchService. */
final class FetchHandler {
  /** What a wait of 0 means on a stream: how often an answer comes when nothing else does. */
  private static final int HEARTBEAT_MS = 10_000;

  private final BrokerCore core;
  private final OpenCalls calls;

  FetchHandler(BrokerCore core, OpenCalls calls) {
    this.core = core;
    this.calls = calls;
  }

  ServerServiceDefinition service() {
    var fetches = InboundMarshaller.plain(FetchRequest.parser());
    return new ServiceShape(FetchServiceGrpc.getServiceDescriptor())
        .unary(FetchServiceGrpc.getFetchMethod(), fetches, this::fetch)
        .serverStreaming(FetchServiceGrpc.getFetchStreamMethod(), fetches, this::fetchStream)
        .unary(
            FetchServiceGrpc.getListOffsetsMethod(),
            InboundMarshaller.plain(ListOffsetsRequest.parser()),
            this::listOffsets)
        .build();
  }

  /** What a client is told whose wait is cut short. */
  static Refusal stopping() {
    return Refusal.of(
        ErrorKind.SHUTTING_DOWN,
        "this broker is stopping; read on from another, or a little later");
  }

  private void fetch(FetchRequest request, UnaryAnswer<FetchResponse> answer)
      throws RequestRefused {
    FetchCall call = FetchRequests.fetch(request, CallFrame.caller(), 0);
    Context context = Context.current();
    Runnable end = () -> answer.refuse(stopping());
    calls.endsWith(end);
    context.addListener(gone -> calls.forget(end), Runnable::run);
    core.fetch(
        call.abandonedWhen(context::isCancelled),
        answer.from(outcome -> {
          calls.forget(end);
          switch (outcome) {
            case FetchOutcome.BatchesFetched fetched -> answer.give(FetchAnswers.batches(fetched));
            case FetchOutcome.RecordsFetched fetched -> answer.give(FetchAnswers.records(fetched));
            case FetchOutcome.FetchRefused(Refusal refusal) -> answer.refuse(refusal);
          }
        }));
  }

  private void fetchStream(FetchRequest request, ServerCallStreamObserver<FetchResponse> out)
      throws RequestRefused {
    FetchCall call = FetchRequests.fetch(request, CallFrame.caller(), HEARTBEAT_MS);
    new FetchStreamSession(core, calls, call, out).start();
  }

  private void listOffsets(ListOffsetsRequest request, UnaryAnswer<ListOffsetsResponse> answer)
      throws RequestRefused {
    core.listOffsets(
        FetchRequests.offsets(request, CallFrame.caller()),
        answer.from(outcome -> {
          switch (outcome) {
            case OffsetsOutcome.Found found -> answer.give(FetchAnswers.found(found));
            case OffsetsOutcome.NothingSoLate(int leaderEpoch) ->
                answer.give(ListOffsetsResponse.newBuilder().setLeaderEpoch(leaderEpoch).build());
            case OffsetsOutcome.OffsetsRefused(Refusal refusal) -> answer.refuse(refusal);
          }
        }));
  }
}
