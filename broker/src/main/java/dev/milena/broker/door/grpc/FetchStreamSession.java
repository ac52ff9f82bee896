package dev.milena.broker.door.grpc;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.stub.ServerCallStreamObserver;

/**
 * One FetchStream: asks the core for the next answer only when the client has taken the one before.
 *
 * <pre>
 *   IDLE    the client is behind; gRPC tells when it has caught up
 *   ASKING  the core has one fetch of ours, perhaps waiting for records
 *   ENDED   answers that come now are dropped
 * </pre>
 *
 * <p>So a client that stalls costs one answer in gRPC's buffers and nothing in the core. Those
 * answers are counted for all clients together, and when they are too many the stream ends.
 */
@OwnedBy(Owner.ANY_THREAD)
final class FetchStreamSession {
  private static final String METHOD = "milena.v1.FetchService/FetchStream";

  private enum State {
    IDLE,
    ASKING,
    ENDED
  }

  private final OpenCalls calls;
  private final ServerCallStreamObserver<FetchResponse> out;
  private final BrokerCore core;
  private final CallMemory memory = CallMemory.current();
  private final Runnable drained = this::drained;
  private FetchCall next;

  /** Changed with the lock; a loop of the core reads it without. */
  private volatile State state = State.IDLE;

  /** Whether a thread is in {@link #pump}, so that an answer given at once does not nest. */
  private boolean pumping;

  FetchStreamSession(
      BrokerCore core,
      OpenCalls calls,
      FetchCall first,
      ServerCallStreamObserver<FetchResponse> out) {
    this.calls = calls;
    this.out = out;
    this.core = core;
    this.next = first.abandonedWhen(() -> state == State.ENDED);
  }

  /** Begins; call while the stream is being opened. gRPC calls the ready handler by itself. */
  void start() {
    out.setOnCancelHandler(this::gone);
    out.setOnCloseHandler(this::gone);
    out.setOnReadyHandler(this::pump);
    calls.endsWith(drained);
  }

  private void pump() {
    synchronized (this) {
      if (pumping) {
        return;
      }
      pumping = true;
    }
    while (mayAsk()) {
      core.fetch(next(), this::answered);
    }
  }

  /** Whether to ask now; if not, the pump is left in the same moment. */
  private synchronized boolean mayAsk() {
    if (state == State.IDLE && out.isReady()) {
      memory.answersTaken();
      state = State.ASKING;
      return true;
    }
    pumping = false;
    return false;
  }

  private synchronized FetchCall next() {
    return next;
  }

  private void answered(FetchOutcome outcome) {
    try {
      switch (outcome) {
        case FetchOutcome.BatchesFetched fetched -> send(FetchAnswers.batches(fetched));
        case FetchOutcome.RecordsFetched fetched -> send(FetchAnswers.records(fetched));
        case FetchOutcome.FetchRefused(Refusal refusal) -> end(refusal);
      }
    } catch (RuntimeException bug) {
      // On a thread of the core, which must not see it.
      end(Bugs.report(METHOD, bug));
    } catch (OutOfMemoryError full) {
      // Netty's bound on direct memory. It must not cost the core a reader thread.
      end(Bugs.noRoom(METHOD, full));
    }
    pump();
  }

  private synchronized void send(FetchResponse response) {
    if (state != State.ASKING) {
      return;
    }
    if (!memory.tryAnswer(response.getSerializedSize())) {
      end(memory.answersFull());
      return;
    }
    out.onNext(response);
    next = next.from(response.getNextOffset());
    state = State.IDLE;
  }

  private void drained() {
    end(FetchHandler.stopping());
  }

  private synchronized void end(Refusal refusal) {
    if (state != State.ENDED) {
      gone();
      ErrorAnswers.endFailed(out, refusal);
    }
  }

  private synchronized void gone() {
    state = State.ENDED;
    calls.forget(drained);
  }
}
