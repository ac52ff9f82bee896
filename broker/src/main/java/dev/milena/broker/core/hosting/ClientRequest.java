package dev.milena.broker.core.hosting;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.Refusal;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a client wants of one partition, on its way to the partition's loop. */
public sealed interface ClientRequest {
  /** Which partition. */
  PartitionAddress where();

  /** When to give up, on the monotonic clock in milliseconds. */
  long deadlineMs();

  /** Answers no. Whoever takes a request answers it exactly once, this way or its own. */
  void refuse(Refusal refusal);

  /** Answers no before anything was done for it. */
  default void refuseUntouched(Refusal refusal) {
    refuse(refusal);
  }

  /** Answers no with a sentence about the partition. */
  default void refuse(ErrorKind kind, String message) {
    refuse(Refusal.of(kind, where().name(), message));
  }

  /** Whether nobody waits for the answer any more, as far as the door can tell. Any thread. */
  default boolean isAbandoned() {
    return false;
  }

  /** Ends what nobody waits for; the sentence is for a door's own counts. */
  default void giveUp() {
    refuse(ErrorKind.TIMED_OUT, "nobody waits for this any more");
  }

  /**
   * Append these batches. What was sent is stored though its client has left: it is never
   * abandoned.
   *
   * @param batches checked for what a client may write; owned by the request
   * @param recordCount records in all batches
   * @param acks when to answer; with {@link Acks#NONE} it has been answered already
   * @param answer told once, one way or the other. It outlives the bytes, so it must not hold them
   * @param released run once when the bytes are in the log, or never will be, and nothing here
   *     holds them any more
   */
  record Produce(
      PartitionAddress where,
      ByteBuffer batches,
      int recordCount,
      Acks acks,
      long deadlineMs,
      ProduceAnswer answer,
      Runnable released)
      implements ClientRequest {
    /** A batch is not the next of its producer, as the log of this leader is. */
    void outOfSequence(int leaderEpoch, Refusal refusal) {
      released.run();
      answer.outOfSequence(leaderEpoch, refusal);
    }

    @Override
    public void refuse(Refusal refusal) {
      released.run();
      answer.accept(new PartOutcome.NotWritten(refusal));
    }

    @Override
    public void refuseUntouched(Refusal refusal) {
      refuse(refusal.nothingStored());
    }
  }

  /**
   * Read from here.
   *
   * @param gone whether nobody waits for the answer any more; any thread may ask
   */
  record Fetch(
      PartitionAddress where,
      FetchStart start,
      FetchCall.FetchForm form,
      FetchCall.Bounds bounds,
      long deadlineMs,
      BooleanSupplier gone,
      Consumer<? super FetchOutcome> answer)
      implements ClientRequest {
    @Override
    public void refuse(Refusal refusal) {
      answer.accept(new FetchOutcome.FetchRefused(refusal));
    }

    @Override
    public boolean isAbandoned() {
      return gone.getAsBoolean();
    }

    /** The same, from an offset that was looked up. */
    Fetch startingAt(FetchStart found) {
      return new Fetch(where, found, form, bounds, deadlineMs, gone, answer);
    }
  }

  /** Say where things are. */
  record Offsets(
      PartitionAddress where,
      FetchStart at,
      long deadlineMs,
      Consumer<? super OffsetsOutcome> answer)
      implements ClientRequest {
    @Override
    public void refuse(Refusal refusal) {
      answer.accept(new OffsetsOutcome.OffsetsRefused(refusal));
    }
  }

  /**
   * Look a time up, further on than the last look: a search goes segment by segment, and only the
   * loop may locate.
   *
   * @param from searched in vain up to here
   * @param behalf the fetch or question that needs to know
   * @param found told on a reader thread or on the loop
   */
  record Search(
      PartitionAddress where,
      long timestampMs,
      long from,
      ClientRequest behalf,
      Consumer<SliceReader.Found> found)
      implements ClientRequest {
    @Override
    public long deadlineMs() {
      return behalf.deadlineMs();
    }

    @Override
    public void refuse(Refusal refusal) {
      behalf.refuse(refusal);
    }

    @Override
    public boolean isAbandoned() {
      return behalf.isAbandoned();
    }

    Search searchingOnFrom(long next) {
      return new Search(where, timestampMs, next, behalf, found);
    }
  }
}
