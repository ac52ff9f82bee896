package dev.milena.broker.door.grpc;

import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * One ProduceStream: requests come in one by one, the core answers them in any order and on any
 * thread, and answers go out in the order of the requests.
 *
 * <p>A request is asked for only when one was answered and the client takes answers: so at most
 * {@link #MAX_UNANSWERED} requests are held, and a client that does not read gets no more read.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ProduceStreamSession implements StreamObserver<Inbound<ProduceMessage>> {
  /** So many requests of a stream may be unanswered. */
  static final int MAX_UNANSWERED = 5;

  private static final String METHOD = "milena.v1.ProduceService/ProduceStream";

  private final ProduceHandler handler;
  private final OpenCalls calls;
  private final ServerCallStreamObserver<ProduceResponse> out;
  private final Caller caller;
  private final Runnable drained = this::drained;
  private final Queue<Slot> slots = new ArrayDeque<>();

  /** Answered requests in whose place none was asked for yet. */
  private int owed;

  private boolean halfClosed;
  private boolean ended;

  /** Set when the stream shall end as soon as nothing is unanswered. */
  private Optional<Refusal> endingWith = Optional.empty();

  /** The place of one request among the answers. */
  private static final class Slot {
    private Optional<ProduceResponse> response = Optional.empty();
  }

  /** Call while the stream is being opened. */
  ProduceStreamSession(
      ProduceHandler handler, OpenCalls calls, ServerCallStreamObserver<ProduceResponse> out) {
    this.handler = handler;
    this.calls = calls;
    this.out = out;
    this.caller = CallFrame.caller();
    out.disableAutoRequest();
    out.setOnCancelHandler(this::gone);
    out.setOnCloseHandler(this::gone);
    out.setOnReadyHandler(this::ready);
    out.request(MAX_UNANSWERED);
    calls.endsWith(drained);
  }

  @Override
  public void onNext(Inbound<ProduceMessage> inbound) {
    ProduceMessage request;
    try {
      request = inbound.open();
    } catch (RequestRefused unreadable) {
      // Its correlation_id is unreadable too, so that no answer could name it.
      end(unreadable.refusal());
      return;
    }
    take(request);
  }

  private void take(ProduceMessage request) {
    Slot slot = new Slot();
    synchronized (this) {
      if (ended || endingWith.isPresent()) {
        return;
      }
      slots.add(slot);
    }
    long id = request.correlationId();
    try {
      handler.store(request, caller, done -> answered(slot, id, done));
    } catch (RequestRefused refused) {
      answer(slot, failed(id, refused.refusal()));
    }
  }

  private void answered(Slot slot, long correlationId, ProduceAnswers done) {
    switch (done) {
      case ProduceAnswers.Answered(ProduceResponse response) -> answer(slot, response);
      case ProduceAnswers.Failed(Refusal refusal) -> answer(slot, failed(correlationId, refusal));
    }
  }

  private static ProduceResponse failed(long correlationId, Refusal refusal) {
    return ProduceResponse.newBuilder()
        .setCorrelationId(correlationId)
        .setError(ErrorAnswers.error(refusal))
        .build();
  }

  private synchronized void answer(Slot slot, ProduceResponse response) {
    slot.response = Optional.of(response);
    try {
      send();
    } catch (RuntimeException bug) {
      // On a thread of the core, which must not see it.
      end(Bugs.report(METHOD, bug));
    }
  }

  /** Sends what is next in order, and ends or asks for more. Call with the lock. */
  private void send() {
    while (!ended && !slots.isEmpty() && slots.peek().response.isPresent()) {
      out.onNext(slots.remove().response.get());
      owed++;
    }
    if (slots.isEmpty() && endingWith.isPresent()) {
      end(endingWith.get());
    } else if (slots.isEmpty() && halfClosed) {
      finish(Optional.empty());
    } else {
      ready();
    }
  }

  private synchronized void ready() {
    boolean reading = !ended && !halfClosed && endingWith.isEmpty();
    if (reading && owed > 0 && out.isReady()) {
      int more = owed;
      owed = 0;
      out.request(more);
    }
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    send();
  }

  @Override
  public void onError(Throwable cancelled) {
    gone();
  }

  private synchronized void gone() {
    ended = true;
    slots.clear();
    calls.forget(drained);
  }

  /** The broker stops: what was read is answered, nothing more is read. */
  private synchronized void drained() {
    endingWith =
        Optional.of(
            Refusal.of(
                ErrorKind.SHUTTING_DOWN,
                "this broker is stopping; what it has not answered may be sent to another"));
    send();
  }

  private synchronized void end(Refusal refusal) {
    finish(Optional.of(refusal));
  }

  private void finish(Optional<Refusal> refusal) {
    if (ended) {
      return;
    }
    gone();
    if (refusal.isPresent()) {
      out.onError(ErrorAnswers.status(refusal.get()));
    } else {
      out.onCompleted();
    }
  }
}
