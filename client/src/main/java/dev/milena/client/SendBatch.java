package dev.milena.client;

import dev.milena.records.BatchChecksum;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.ProducerStamp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A whole batch on its way, with those who wait for it. Once it may be stored as it is numbered,
 * its bytes stay as they are until it is finished, so that a log knows it when it is sent again.
 */
@OwnedBy(Owner.CREATOR)
final class SendBatch {
  private final TopicPartition partition;
  private ByteBuffer bytes;
  private Optional<ProducerStamp> stamp = Optional.empty();
  private final Waiting waiting;
  private final long createdNanos;
  private final Finish onFinish;
  private boolean underWay;
  private boolean perhapsStored;
  private boolean alone;
  private long attempt;
  private long group;
  private String lastFailure = "it was never sent";

  /** Gives back what a batch holds. */
  interface Finish {
    /**
     * Called once.
     *
     * @param acknowledged false when a broken connection may still hold the batch's bytes
     */
    void finished(boolean acknowledged);
  }

  /** Who waits for a batch to be acknowledged. */
  sealed interface Waiting {
    /** One future a record, in order. */
    record Records(List<CompletableFuture<RecordPlace>> futures) implements Waiting {}

    /** One future for batches that were handed over whole. */
    record Whole(CompletableFuture<RecordPlace> future, int recordCount) implements Waiting {}
  }

  /**
   * A batch to be sent.
   *
   * @param bytes from position to limit
   * @param createdNanos of its first record, when the delivery timeout began
   * @param onFinish gives back what the batch holds; called once, after the futures completed, so
   *     that whoever waits for it finds them so
   */
  SendBatch(
      TopicPartition partition,
      ByteBuffer bytes,
      Waiting waiting,
      long createdNanos,
      Finish onFinish) {
    this.partition = partition;
    this.bytes = bytes;
    this.waiting = waiting;
    this.createdNanos = createdNanos;
    this.onFinish = onFinish;
  }

  TopicPartition partition() {
    return partition;
  }

  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  Waiting waiting() {
    return waiting;
  }

  /**
   * Whether its producer numbers it when it is sent: not what somebody else built, and not what may
   * be stored under the number that it has.
   */
  boolean wantsNumber() {
    return group == 0 && isOurs();
  }

  /** Whether a log may know it again: not where somebody else built it without a producer's id. */
  boolean mayHaveNumber() {
    return isOurs() || BatchHeader.producerId(bytes, bytes.position()) >= 0;
  }

  /** Whether it was built here, and not handed over whole. */
  boolean isOurs() {
    return waiting instanceof Waiting.Records;
  }

  /**
   * The request with which it may have been stored, as it is numbered; 0 when it is not. What was
   * sent together then is stored together or not at all, so it is sent again without others.
   */
  long group() {
    return group;
  }

  /** The epoch in which it was numbered; -1 when it was not. */
  short numberedIn() {
    return stamp.map(ProducerStamp::epoch).orElse((short) -1);
  }

  /** The number of its first record in that epoch. */
  int firstNumber() {
    return stamp.orElseThrow().baseSequence();
  }

  /** Numbers it. A connection may hold the bytes of an earlier number still, so it gets others. */
  void number(ProducerStamp numbered) {
    if (stamp.equals(Optional.of(numbered))) {
      return;
    }
    if (stamp.isPresent()) {
      bytes = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
    stamp = Optional.of(numbered);
    BatchHeader.stampProducer(bytes, bytes.position(), numbered, new BatchChecksum());
  }

  int sizeInBytes() {
    return bytes.remaining();
  }

  int recordCount() {
    return switch (waiting) {
      case Waiting.Records(var futures) -> futures.size();
      case Waiting.Whole(var _, int count) -> count;
    };
  }

  long createdNanos() {
    return createdNanos;
  }

  /**
   * Whether records of this batch can be sent apart from each other: not where they may be stored
   * under the numbers that they have.
   */
  boolean canBeSplit() {
    boolean mayBeKnown = group != 0 && stamp.isPresent();
    return waiting instanceof Waiting.Records && recordCount() > 1 && !mayBeKnown;
  }

  /** Whether it must be sent in a request of its own, so that a refusal is about it alone. */
  boolean alone() {
    return alone;
  }

  void sendAlone() {
    alone = true;
  }

  /**
   * It is in a request now.
   *
   * @param request above 0
   */
  void markSent(long request) {
    underWay = true;
    attempt = request;
  }

  /** The attempt under way failed; it may be stored all the same, unless the failure knows. */
  void remember(MilenaException failure) {
    if (underWay && !failure.nothingStored()) {
      perhapsStored = true;
      group = group == 0 ? attempt : group;
    }
    underWay = false;
    lastFailure = failure.getMessage();
  }

  /** It could not be sent, as its partition could not. */
  void heldBack(MilenaException failure) {
    lastFailure = failure.getMessage();
  }

  /** Its records were in another batch before, with all that is known of its attempts. */
  void inherit(SendBatch whole) {
    perhapsStored = whole.perhapsStored;
    lastFailure = whole.lastFailure;
  }

  /** Tells everyone who waits where their records are. */
  void acknowledge(long baseOffset) {
    switch (waiting) {
      case Waiting.Records(var futures) -> {
        for (int i = 0; i < futures.size(); i++) {
          futures.get(i).complete(place(baseOffset < 0 ? baseOffset : baseOffset + i));
        }
      }
      case Waiting.Whole(var future, int _) -> future.complete(place(baseOffset));
    }
    onFinish.finished(true);
  }

  private RecordPlace place(long offset) {
    return new RecordPlace(partition.topic(), partition.partition(), offset);
  }

  /** Gives back what the batch holds; those who wait are told by its parts. */
  void finish(boolean acknowledged) {
    onFinish.finished(acknowledged);
  }

  /** Tells everyone who waits that it will not be; what a broker said of its last attempt. */
  void fail(MilenaException failure) {
    MilenaException told =
        perhapsStored
            ? failure.perhapsStored("an earlier attempt may have been written: " + lastFailure)
            : failure;
    switch (waiting) {
      case Waiting.Records(var futures) -> futures.forEach(f -> f.completeExceptionally(told));
      case Waiting.Whole(var future, int _) -> future.completeExceptionally(told);
    }
    onFinish.finished(false);
  }

  /** Tells everyone who waits that it is given up here, and whether it was written. */
  void giveUp(ClientReason reason, String why) {
    boolean written = underWay || perhapsStored;
    Map<String, String> about = new TreeMap<>();
    about.put("topic", partition.topic());
    about.put("partition", Integer.toString(partition.partition()));
    if (!written) {
      about.putAll(MilenaException.factOfNothingStored());
    }
    String outcome = written ? "it may or may not have been written" : "it was not written";
    fail(reason.failure("%s; %s (%s)".formatted(why, outcome, lastFailure), about));
  }

  /** How many records whole batches say they hold; 0 when they make no sense. */
  static int countRecords(ByteBuffer batches) {
    int count = 0;
    int at = batches.position();
    while (at + BatchHeader.SIZE <= batches.limit()) {
      count += BatchHeader.recordCount(batches, at);
      int size = BatchHeader.sizeInBytes(batches, at);
      if (size < BatchHeader.SIZE) {
        break;
      }
      at += size;
    }
    return count;
  }
}
