package dev.milena.broker.core.serving;

import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.broker.core.hosting.BrokerClock;
import dev.milena.broker.core.hosting.ClientRequest;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.function.Consumer;
import java.util.function.Function;

/** The way of fetches and questions about offsets to the loops. */
@OwnedBy(Owner.ANY_THREAD)
final class ReadEntry {
  /** How long a question about offsets may wait for a log that is being opened. */
  private static final long OFFSETS_WAIT_MS = 10_000;

  private final PartitionRouting routing;
  private final BrokerClock clock;

  ReadEntry(PartitionRouting routing, BrokerClock clock) {
    this.routing = routing;
    this.clock = clock;
  }

  void fetch(FetchCall call, Consumer<? super FetchOutcome> answer) {
    String fault = faultOf(call.bounds());
    if (!fault.isEmpty()) {
      answer.accept(
          new FetchOutcome.FetchRefused(
              Refusal.of(ErrorKind.INVALID_REQUEST, call.where(), fault)));
      return;
    }
    long deadlineMs = clock.monotonicMs() + call.bounds().maxWaitMs();
    send(
        call.where(),
        here ->
            new ClientRequest.Fetch(
                here.address(),
                call.start(),
                call.form(),
                call.bounds(),
                deadlineMs,
                call.gone(),
                answer),
        refusal -> answer.accept(new FetchOutcome.FetchRefused(refusal)));
  }

  void listOffsets(OffsetsCall call, Consumer<? super OffsetsOutcome> answer) {
    long deadlineMs = clock.monotonicMs() + OFFSETS_WAIT_MS;
    send(
        call.where(),
        here -> new ClientRequest.Offsets(here.address(), call.at(), deadlineMs, answer),
        refusal -> answer.accept(new OffsetsOutcome.OffsetsRefused(refusal)));
  }

  private void send(
      PartitionName where,
      Function<PartitionRouting.Route.Here, ClientRequest> request,
      Consumer<Refusal> refused) {
    routing.route(
        where,
        route -> {
          switch (route) {
            case PartitionRouting.Route.Here here -> {
              if (!here.loop().offer(request.apply(here))) {
                refused.accept(here.loop().mailboxFull(where));
              }
            }
            case PartitionRouting.Route.Nowhere(Refusal refusal) -> refused.accept(refusal);
          }
        });
  }

  private static String faultOf(FetchCall.Bounds bounds) {
    if (bounds.maxBytes() < 1 || bounds.maxBytes() > FetchCall.Bounds.MAX_BYTES) {
      return "maxBytes must be 1 to %s, got %s"
          .formatted(FetchCall.Bounds.MAX_BYTES, bounds.maxBytes());
    }
    if (bounds.minBytes() < 0 || bounds.minBytes() > bounds.maxBytes()) {
      return "minBytes must be 0 to maxBytes (%s), got %s"
          .formatted(bounds.maxBytes(), bounds.minBytes());
    }
    if (bounds.maxWaitMs() < 0 || bounds.maxWaitMs() > FetchCall.Bounds.MAX_WAIT_MS) {
      return "maxWaitMs must be 0 to %s, got %s"
          .formatted(FetchCall.Bounds.MAX_WAIT_MS, bounds.maxWaitMs());
    }
    return "";
  }
}
