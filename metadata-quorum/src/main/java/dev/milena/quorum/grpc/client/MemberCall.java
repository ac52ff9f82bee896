package dev.milena.quorum.grpc.client;

import dev.milena.quorum.grpc.PeerLoop;
import dev.milena.quorum.grpc.connection.PeerAddress;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * One question that is put to members, one after the other, until one answers or the time is up.
 * Owned by the loop.
 *
 * @param <Q> the request
 * @param <R> the response
 * @param <A> the answer in it
 */
final class MemberCall<Q, R, A> {
  /** How long one member may take: one that hangs must not cost all the time there is. */
  private static final long ATTEMPT_MS = 2_000;

  /**
   * With less left no further attempt is made: its end would not be known in time, and a clear no
   * would become an unknown outcome.
   */
  private static final long WORTHWHILE_MS = 200;

  /** Of an attempt's time the member gets so much, so that its answer comes before the end. */
  private static final double MEMBERS_SHARE = 0.9;

  private final PeerLoop loop;
  private final PeerCalls calls;
  private final AddressRound round;
  private final Asking<Q, R, A> asking;
  private final long endNanos;
  private final CompletableFuture<End<A>> end = new CompletableFuture<>();
  private String lastWhy = "no member of the quorum is known";
  private boolean asked;
  private boolean maybeDone;
  private SentMark underWay = new SentMark();

  /**
   * What is asked.
   *
   * @param request for a number of milliseconds that the member may take
   * @param verdict on a response
   * @param again whether asking twice is harmless
   */
  record Asking<Q, R, A>(
      MethodDescriptor<Q, R> method,
      IntFunction<Q> request,
      Function<R, Verdict<A>> verdict,
      boolean again) {}

  /** What a response means. */
  sealed interface Verdict<A> {
    record Final<A>(A answer) implements Verdict<A> {}

    /**
     * Ask again.
     *
     * @param maybeDone whether it may have taken effect all the same
     */
    record NotNow<A>(String why, boolean maybeDone) implements Verdict<A> {}
  }

  /** How it ended. */
  sealed interface End<A> {
    record Answered<A>(A answer) implements End<A> {}

    /**
     * The time is up.
     *
     * @param maybeDone whether it may have taken effect, or still may
     */
    record GaveUp<A>(String why, boolean maybeDone) implements End<A> {}
  }

  MemberCall(
      PeerLoop loop, PeerCalls calls, AddressRound round, Asking<Q, R, A> asking, long timeoutMs) {
    this.loop = loop;
    this.calls = calls;
    this.round = round;
    this.asking = asking;
    this.endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /** Begins; the future is completed on the loop. */
  CompletableFuture<End<A>> start() {
    loop.execute(this::sendNext);
    PeerLoop.Later deadline = loop.after(leftMs(), this::giveUp);
    var _ = end.whenComplete((known, failure) -> deadline.cancel());
    return end;
  }

  /** Ends it without an answer; on the loop. */
  void giveUp() {
    end.complete(new End.GaveUp<>(lastWhy, maybeDone || underWay.isSent()));
  }

  private long leftMs() {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
  }

  private void sendNext() {
    if (end.isDone()) {
      return;
    }
    Optional<AddressRound.Next> next = round.next();
    if (next.isEmpty()) {
      var _ = loop.after(AddressRound.MAX_PAUSE_MS, this::sendNext);
    } else if (next.get().afterMs() > 0) {
      var _ = loop.after(next.get().afterMs(), () -> send(next.get().address()));
    } else {
      send(next.get().address());
    }
  }

  private void send(PeerAddress address) {
    if (end.isDone()) {
      return;
    }
    if (asked && leftMs() < WORTHWHILE_MS) {
      giveUp();
      return;
    }
    asked = true;
    long attemptMs = Math.max(1, Math.min(ATTEMPT_MS, leftMs()));
    SentMark mark = new SentMark();
    underWay = mark;
    ClientCall<Q, R> call =
        calls
            .to(address)
            .newCall(
                asking.method(),
                CallOptions.DEFAULT
                    .withDeadlineAfter(attemptMs, TimeUnit.MILLISECONDS)
                    .withStreamTracerFactory(mark));
    Q request = asking.request().apply((int) Math.max(1, attemptMs * MEMBERS_SHARE));
    ClientCalls.asyncUnaryCall(
        call,
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(R response) {
            loop.execute(() -> responded(address, response));
          }

          @Override
          public void onError(Throwable failure) {
            loop.execute(() -> failed(address, Status.fromThrowable(failure), mark.isSent()));
          }

          @Override
          public void onCompleted() {
            // the response says all
          }
        });
  }

  private void responded(PeerAddress address, R response) {
    underWay = new SentMark();
    switch (asking.verdict().apply(response)) {
      case Verdict.Final<A>(A answer) -> {
        round.worked(address);
        end.complete(new End.Answered<>(answer));
      }
      case Verdict.NotNow<A>(String why, boolean maybe) -> again(address, why, maybe);
    }
  }

  private void failed(PeerAddress address, Status status, boolean sent) {
    underWay = new SentMark();
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      // a member answers in time, if only with a no: the connection may have lost its other end
      calls.redial(address);
    }
    String what =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    again(address, what, sent && !refusedUnheard(status.getCode()));
  }

  private void again(PeerAddress address, String why, boolean maybe) {
    lastWhy = address + ": " + why;
    maybeDone |= maybe;
    round.failed(address);
    if (maybeDone && !asking.again()) {
      giveUp();
    } else {
      sendNext();
    }
  }

  /** With these a member says that it has done nothing. */
  private static boolean refusedUnheard(Status.Code code) {
    return switch (code) {
      case UNAUTHENTICATED,
          FAILED_PRECONDITION,
          INVALID_ARGUMENT,
          RESOURCE_EXHAUSTED,
          UNIMPLEMENTED ->
          true;
      case OK,
          CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          UNAVAILABLE,
          DATA_LOSS ->
          false;
    };
  }
}
