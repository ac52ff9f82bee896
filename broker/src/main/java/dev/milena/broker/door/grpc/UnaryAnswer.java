package dev.milena.broker.door.grpc;

import com.google.protobuf.MessageLite;
import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The one answer of a unary call, from whichever thread comes first; later ones are dropped.
 *
 * <p>An answer that finds no room is refused, which is the truth of a question alone. Who changes
 * something calls {@link #reserve} before: then there is no room before it is begun, or it is made
 * and its answer given.
 *
 * @param <R> the answer
 */
@OwnedBy(Owner.ANY_THREAD)
final class UnaryAnswer<R extends MessageLite> {
  private final StreamObserver<R> out;
  private final String method;
  private final CallMemory memory;
  private final AtomicBoolean given = new AtomicBoolean();
  private volatile boolean reserved;

  UnaryAnswer(StreamObserver<R> out, String method, CallMemory memory) {
    this.out = out;
    this.method = method;
    this.memory = memory;
  }

  /**
   * Takes room for the answer of a change, on the handler's thread, before it is begun.
   *
   * @param bytes what the answer may take, as far as the request tells; one that is larger is given
   *     all the same
   * @throws RequestRefused when there is no room: nothing was done
   */
  void reserve(long bytes) throws RequestRefused {
    if (!memory.tryReserve(bytes)) {
      throw new RequestRefused(memory.answersFull());
    }
    reserved = true;
  }

  void give(R message) {
    if (!given.compareAndSet(false, true)) {
      return;
    }
    if (hasRoom(message.getSerializedSize())) {
      out.onNext(message);
      out.onCompleted();
    } else {
      out.onError(ErrorAnswers.status(memory.answersFull()));
    }
  }

  private boolean hasRoom(int bytes) {
    if (reserved) {
      memory.answerChange(bytes);
      return true;
    }
    return memory.tryAnswer(bytes);
  }

  void refuse(Refusal refusal) {
    if (given.compareAndSet(false, true)) {
      out.onError(ErrorAnswers.status(refusal));
    }
  }

  /** Ends the call with an error as another node has said it. */
  void end(StatusRuntimeException error) {
    if (given.compareAndSet(false, true)) {
      out.onError(error);
    }
  }

  /** Also when the answer was being given: gRPC takes the first end that reaches it. */
  private void fail(Refusal refusal) {
    given.set(true);
    ErrorAnswers.endFailed(out, refusal);
  }

  /**
   * A receiver for the core: it must not throw there, so a bug in {@code turn} ends this call here.
   *
   * @param turn makes the answer of an outcome
   */
  <O> Consumer<O> from(Consumer<? super O> turn) {
    return outcome -> {
      try {
        turn.accept(outcome);
      } catch (RuntimeException bug) {
        fail(Bugs.report(method, bug));
      } catch (OutOfMemoryError full) {
        // Netty's bound on direct memory. It must not cost the core a thread.
        fail(Bugs.noRoom(method, full));
      }
    };
  }
}
