package dev.milena.broker.door.grpc;

import dev.milena.broker.connection.ByteRoom;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What all calls of the gRPC door hold together: how many there are, bytes of requests that came
 * and were not handed to the core, and answers that clients have not taken. Each has its bound.
 */
@OwnedBy(Owner.ANY_THREAD)
final class DoorMemory extends ServerStreamTracer.Factory {
  private static final long RETRY_AFTER_MS = 1_000;

  /** A client that does not take the end of a call within this is hung up on. */
  private static final long END_MS = 10_000;

  private final GrpcDoorSettings.Limits limits;
  private final LongSupplier nanoTime;
  private final ByteRoom received;
  private final ByteRoom records;
  private final ByteRoom answers;
  private final Set<CallMemory> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();

  DoorMemory(GrpcDoorSettings.Limits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.received = new ByteRoom(limits.receivedBytes());
    this.records = new ByteRoom(limits.receivedBytes());
    this.answers = new ByteRoom(limits.answerBytes());
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    int calls = count.incrementAndGet();
    Optional<Refusal> refused =
        calls > limits.calls() ? Optional.of(tooManyCalls()) : Optional.empty();
    CallMemory memory = new CallMemory(this, nowNanos(), refused);
    open.add(memory);
    return memory;
  }

  /** A call is over. */
  void left(CallMemory memory) {
    if (open.remove(memory)) {
      count.decrementAndGet();
    }
  }

  /** Looks at every open call and ends those whose client takes too long. */
  void sweep() {
    long now = nowNanos();
    var patience =
        new CallClock.Patience(
            TimeUnit.MILLISECONDS.toNanos(limits.requestMs()),
            TimeUnit.MILLISECONDS.toNanos(limits.unreadMs()),
            TimeUnit.MILLISECONDS.toNanos(END_MS),
            answers.heldBytes() > answers.limitBytes() / 2);
    for (CallMemory memory : open) {
      switch (memory.verdict(now, patience)) {
        case WAIT -> {}
        case LATE -> memory.endWith(late());
        case HANG_UP -> memory.hangUp();
      }
    }
  }

  long nowNanos() {
    return nanoTime.getAsLong();
  }

  /** Room for bytes of requests. */
  ByteRoom received() {
    return received;
  }

  /**
   * Whether requests that arrive are to be refused: an eighth of the room is left for their rest.
   */
  boolean receivedShort() {
    return received.heldBytes() > received.limitBytes() / 8 * 7;
  }

  /** Room for records in the clear that the core has and has not answered. */
  ByteRoom records() {
    return records;
  }

  /** Room for answers. */
  ByteRoom answers() {
    return answers;
  }

  /** What is held now. */
  DoorCounts counts() {
    return new DoorCounts(
        count.get(), received.heldBytes(), records.heldBytes(), answers.heldBytes());
  }

  /** What a client is told whose request finds no room. */
  Refusal receivedFull() {
    return overloaded(
        "requests under way to this broker have %,d bytes at most; try again in %,d ms",
        limits.receivedBytes());
  }

  /** What a client is told whose answer finds no room. */
  Refusal answersFull() {
    return overloaded(
        "answers that clients have not taken have %,d bytes at most; try again in %,d ms",
        limits.answerBytes());
  }

  private Refusal tooManyCalls() {
    return overloaded(
        "this broker has %,d open calls at most; try again in %,d ms", limits.calls());
  }

  private static Refusal overloaded(String sentence, long bound) {
    return Refusal.of(
            ErrorKind.OVERLOADED, String.format(Locale.ROOT, sentence, bound, RETRY_AFTER_MS))
        .with("retryAfterMs", Long.toString(RETRY_AFTER_MS));
  }

  private Refusal late() {
    return Refusal.of(
        ErrorKind.TIMED_OUT,
        String.format(
            Locale.ROOT,
            "the request did not come whole within %,d ms and was not looked at; send it again",
            limits.requestMs()));
  }
}
