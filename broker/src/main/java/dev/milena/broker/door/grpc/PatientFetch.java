package dev.milena.broker.door.grpc;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchCall.Bounds;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Fetches that wait long, asked of the core in pieces: a client that has gone is forgotten after
 * one piece, where a whole wait could keep its place in the core's bounded list for five minutes.
 */
final class PatientFetch {
  /** The longest piece, in milliseconds. */
  static final int PIECE_MS = 10_000;

  private final BrokerCore core;
  private final BooleanSupplier gone;
  private final Consumer<? super FetchOutcome> answer;

  /**
   * Fetches for one client.
   *
   * @param gone whether nobody waits for an answer any more
   * @param answer told once a fetch, on a thread of the core, unless the client has gone
   */
  PatientFetch(BrokerCore core, BooleanSupplier gone, Consumer<? super FetchOutcome> answer) {
    this.core = core;
    this.gone = gone;
    this.answer = answer;
  }

  void fetch(FetchCall call) {
    Bounds bounds = call.bounds();
    // A wait for more than a byte is not cut: at the end of a piece the core would answer with
    // what there is, though the client asked to wait on.
    if (bounds.maxWaitMs() <= PIECE_MS || bounds.minBytes() > 1) {
      core.fetch(call, answer);
      return;
    }
    int left = bounds.maxWaitMs() - PIECE_MS;
    FetchCall piece = waiting(call, call.start(), PIECE_MS);
    core.fetch(piece, outcome -> afterPiece(call, left, outcome));
  }

  private void afterPiece(FetchCall call, int leftMs, FetchOutcome outcome) {
    long from =
        switch (outcome) {
          case FetchOutcome.BatchesFetched fetched when !fetched.batches().hasRemaining() ->
              fetched.nextOffset();
          case FetchOutcome.RecordsFetched fetched when fetched.records().isEmpty() ->
              fetched.nextOffset();
          case FetchOutcome.BatchesFetched _,
              FetchOutcome.RecordsFetched _,
              FetchOutcome.FetchRefused _ -> {
            answer.accept(outcome);
            yield -1;
          }
        };
    if (from >= 0 && !gone.getAsBoolean()) {
      // From the offset that the first piece found: "latest" must not move on while we wait.
      fetch(waiting(call, new FetchStart.AtOffset(from), leftMs));
    }
  }

  private static FetchCall waiting(FetchCall call, FetchStart start, int waitMs) {
    Bounds bounds = call.bounds();
    return new FetchCall(
        call.caller(),
        call.where(),
        start,
        call.form(),
        new Bounds(bounds.minBytes(), bounds.maxBytes(), waitMs));
  }
}
