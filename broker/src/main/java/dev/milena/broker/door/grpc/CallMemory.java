package dev.milena.broker.door.grpc;

import dev.milena.broker.connection.ByteRoom;
import dev.milena.broker.core.Refusal;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What one call holds of the door's memory, and how long its client takes.
 *
 * <pre>
 *   pieces of a message arrive   counted as they come, with the buffers that they lie in
 *   the message is read          counted as the array that it was read into
 *   it was handed to the core    given back; the core counts for itself
 *   a change is begun            its answer is counted before, as large as it may become
 *   an answer is sent            counted until the client has taken it
 *   the call is over             everything is given back
 * </pre>
 *
 * <p>gRPC tells of pieces and messages on the connection's event loop; the rest comes from handlers
 * and from the door's clock.
 */
@OwnedBy(Owner.ANY_THREAD)
final class CallMemory extends ServerStreamTracer {
  /** How a call is ended from outside of its handler; neither may block. */
  interface CallEnd {
    /** Says why, to a client that takes it. */
    void refuse(Refusal refusal);

    /** Closes the connection, for a client that takes nothing. */
    void hangUp();
  }

  /** Not counted: an open call costs as much in any case, and calls are counted. */
  private static final int SMALL_ANSWER_BYTES = 4 << 10;

  private static final Context.Key<CallMemory> CURRENT = Context.key("milena-call-memory");

  private final DoorMemory door;

  /** Counts of the messages that are whole and not read yet, in their order. */
  private final Queue<Long> whole = new ArrayDeque<>();

  /** Count of the message that is arriving. */
  private long arrivingBytes;

  /** Count of all that was received, with {@link #whole} and {@link #arrivingBytes}. */
  private long receivedBytes;

  /** Count of the answers that the client has not taken. */
  private long answerBytes;

  /** Count of the answer of a change that is under way. */
  private long reservedBytes;

  private CallClock clock;
  private final Optional<Refusal> refused;
  private @Nullable CallEnd end;
  private boolean over;

  /**
   * The memory of a call that begins.
   *
   * @param refused why there is no room for one more call, if so; {@link #attach} says it
   */
  CallMemory(DoorMemory door, long nowNanos, Optional<Refusal> refused) {
    this.door = door;
    this.clock = CallClock.started(nowNanos);
    this.refused = refused;
  }

  /** The memory of the call that is being handled, within its handlers and marshallers. */
  static CallMemory current() {
    CallMemory memory = CURRENT.get();
    if (memory == null) {
      throw new IllegalStateException("not within a call of the gRPC door");
    }
    return memory;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(CURRENT, this);
  }

  /**
   * Tells how the call can be ended.
   *
   * @param clientStreams whether the client sends many messages, and may pause between them
   * @param ending ends the call
   * @return why the call is refused, if it is; the caller ends it
   */
  synchronized Optional<Refusal> attach(boolean clientStreams, CallEnd ending) {
    end = ending;
    if (refused.isPresent()) {
      clock = clock.ending(door.nowNanos());
    } else if (clientStreams) {
      clock = clock.streaming();
    }
    return refused;
  }

  @Override
  public synchronized void inboundMessage(int seqNo) {
    clock = clock.messageBegan(door.nowNanos());
  }

  /**
   * A piece of a message has come. When room gets short the call is refused, and what still comes
   * until gRPC has said so is counted too. When there is none at all, the exception makes gRPC drop
   * what it holds of the stream and reset it, at once: that is for clients that do not take a no.
   */
  @Override
  public void inboundWireSize(long bytes) {
    long count = ByteRoom.buffered(bytes);
    if (!tryHold(count)) {
      throw Status.UNAVAILABLE.withDescription(full().message()).asRuntimeException();
    }
    synchronized (this) {
      arrivingBytes += count;
    }
    if (door.receivedShort()) {
      endWith(full());
    }
  }

  @Override
  public synchronized void inboundMessageRead(int seqNo, long wireBytes, long uncompressedBytes) {
    whole.add(arrivingBytes);
    arrivingBytes = 0;
    clock = clock.messageEnded();
  }

  /** Counts bytes of a request; false when the door has no room for them. */
  synchronized boolean tryHold(long bytes) {
    // What belongs to a call that is over is being freed.
    if (over) {
      return true;
    }
    if (!door.received().tryTake(bytes)) {
      return false;
    }
    receivedBytes += bytes;
    return true;
  }

  /** What a client is told when {@link #tryHold} found no room. */
  Refusal full() {
    return door.receivedFull();
  }

  /** Gives back what was held. */
  synchronized void drop(long bytes) {
    if (!over) {
      receivedBytes -= bytes;
      door.received().giveBack(bytes);
    }
  }

  /** The next message is being read: its pieces are freed by gRPC. */
  synchronized void piecesRead() {
    Long pieces = whole.poll();
    if (pieces != null) {
      drop(pieces);
    }
  }

  /** Whether the door has ended the call; what still comes of it is dropped. */
  synchronized boolean isEnding() {
    return clock.isEnding();
  }

  /** The client has said all; false when the call was ended before, and nobody shall answer. */
  synchronized boolean requestComplete() {
    clock = clock.requestComplete();
    return !clock.isEnding();
  }

  /** Counts an answer that is to be sent; false when clients leave too much unread. */
  synchronized boolean tryAnswer(long bytes) {
    if (over || bytes <= SMALL_ANSWER_BYTES) {
      return true;
    }
    if (!door.answers().tryTake(bytes)) {
      return false;
    }
    count(bytes);
    return true;
  }

  /**
   * Takes room for the answer of a change that is not begun yet; false when there is none.
   *
   * @param bytes what it may take, as far as can be told
   */
  synchronized boolean tryReserve(long bytes) {
    if (over || bytes <= SMALL_ANSWER_BYTES) {
      return true;
    }
    if (!door.answers().tryTake(bytes)) {
      return false;
    }
    reservedBytes += bytes;
    return true;
  }

  /** Counts the answer of a change that is made, in the room that was reserved and beyond. */
  synchronized void answerChange(long bytes) {
    if (over) {
      return;
    }
    door.answers().giveBack(reservedBytes);
    reservedBytes = 0;
    if (bytes > SMALL_ANSWER_BYTES) {
      door.answers().take(bytes);
      count(bytes);
    }
  }

  private void count(long bytes) {
    clock = answerBytes == 0 ? clock.answered(door.nowNanos()) : clock;
    answerBytes += bytes;
  }

  /** What a client is told when no room was found for its answer. */
  Refusal answersFull() {
    return door.answersFull();
  }

  /** The client has taken the answers. */
  synchronized void answersTaken() {
    door.answers().giveBack(answerBytes);
    answerBytes = 0;
    clock = clock.answersTaken();
  }

  /** What is to be done about this call now. */
  synchronized CallClock.Verdict verdict(long nowNanos, CallClock.Patience patience) {
    return clock.verdict(nowNanos, patience);
  }

  /** Ends the call, unless that was done. */
  void endWith(Refusal refusal) {
    CallEnd ending;
    synchronized (this) {
      if (clock.isEnding() || end == null) {
        return;
      }
      clock = clock.ending(door.nowNanos());
      ending = end;
    }
    ending.refuse(refusal);
  }

  /** Closes the connection of the call. */
  void hangUp() {
    @Nullable CallEnd ending;
    synchronized (this) {
      ending = end;
    }
    if (ending != null) {
      ending.hangUp();
    }
  }

  @Override
  public void streamClosed(Status status) {
    synchronized (this) {
      if (over) {
        return;
      }
      answersTaken();
      door.answers().giveBack(reservedBytes);
      drop(receivedBytes);
      over = true;
    }
    door.left(this);
  }
}
