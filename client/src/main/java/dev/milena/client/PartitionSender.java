package dev.milena.client;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What the sender knows about one partition: whether a request is under way, and when the next may
 * be sent.
 *
 * <p>At most one request of a partition is under way. That keeps the order under retries: nothing
 * can overtake a batch that has to be sent again. Batches that come in meanwhile travel together in
 * the next request, so a busy partition still sends much at once.
 */
@OwnedBy(Owner.CREATOR)
final class PartitionSender {
  /** After so many refusals in a row, even a broker that names another leader is given time. */
  private static final int HINTS_IN_A_ROW = 3;

  private final BatchGatherer gatherer;
  private final SequenceNumbers numbers;
  private boolean underWay;
  private int failedAttempts;
  private int hintsFollowed;
  private long notBeforeNanos;
  private boolean unknownSeen;

  /** Why nothing could be sent when it was last tried. */
  private @Nullable MilenaException inTheWay;

  PartitionSender(BatchGatherer gatherer, ProducerNumber producer, long now) {
    this.gatherer = gatherer;
    this.numbers = new SequenceNumbers(producer);
    this.notBeforeNanos = now;
  }

  BatchGatherer gatherer() {
    return gatherer;
  }

  TopicPartition partition() {
    return gatherer.partition();
  }

  boolean underWay() {
    return underWay;
  }

  void started(List<SendBatch> batches) {
    numbers.number(batches);
    underWay = true;
    inTheWay = null;
  }

  /** The request under way was answered well. */
  void succeeded(List<SendBatch> batches, long baseOffset) {
    underWay = false;
    failedAttempts = 0;
    hintsFollowed = 0;
    unknownSeen = false;
    long offset = baseOffset;
    for (SendBatch batch : batches) {
      batch.acknowledge(offset);
      offset += baseOffset < 0 ? 0 : batch.recordCount();
    }
  }

  /** Whether a topic or partition that a broker does not know was given its one second chance. */
  boolean unknownAgain() {
    boolean again = unknownSeen;
    unknownSeen = true;
    return again;
  }

  /** The request under way failed, but another attempt may help. */
  void retryLater(List<SendBatch> batches, MilenaException failure, boolean atOnce, long now) {
    failed(batches, failure);
    gatherer.putBack(batches);
    if (atOnce && hintsFollowed < HINTS_IN_A_ROW) {
      hintsFollowed++;
    } else {
      failedAttempts++;
      backOff(failure.about(), now);
    }
  }

  private void failed(List<SendBatch> batches, MilenaException failure) {
    underWay = false;
    batches.forEach(batch -> batch.remember(failure));
    numbers.failed(batches);
  }

  /** Nobody can be asked at the moment. */
  void holdOff(MilenaException failure, long now) {
    inTheWay = failure;
    failedAttempts++;
    backOff(failure.about(), now);
  }

  /** Gives up what waits here; whoever waits for it hears also what was in the way. */
  void giveUp(List<SendBatch> batches, ClientReason reason, String why) {
    MilenaException last = inTheWay;
    for (SendBatch batch : batches) {
      if (last != null) {
        batch.heldBack(last);
      }
      batch.giveUp(reason, why);
    }
    numbers.gaveUp(batches);
  }

  private void backOff(SortedMap<String, String> about, long now) {
    notBeforeNanos = now + Retry.backoffNanos(failedAttempts, about);
  }

  /**
   * The request under way was refused for good. Where it held more than one batch or record, they
   * are sent again one by one, so that only those fail that are meant.
   */
  void refused(List<SendBatch> batches, MilenaException failure, long now) {
    if (isMisnumbered(failure) && batches.stream().allMatch(SendBatch::isOurs)) {
      misnumbered(batches, failure, now);
      return;
    }
    if (batches.size() == 1 && failure.reason().equals("DUPLICATE_SEQUENCE")) {
      succeeded(batches, RecordPlace.UNKNOWN_OFFSET);
      return;
    }
    SendBatch batch = batches.getFirst();
    if (batches.size() > 1) {
      failed(batches, failure);
      batches.forEach(SendBatch::sendAlone);
      gatherer.putBack(batches);
    } else if (batch.canBeSplit() && concernsRecords(failure)) {
      failed(batches, failure);
      gatherer.putBack(new ArrayList<>(BatchSplit.halves(batch, batch::finish)));
      numbers.gaveUp(batches);
    } else {
      batch.fail(TooLarge.said(failure, batch));
      failed(batches, failure);
      numbers.gaveUp(batches);
    }
    failedAttempts = 0;
    hintsFollowed = 0;
  }

  /** Whatever waits here fails so. */
  void failWaiting(MilenaException failure) {
    List<SendBatch> waiting = gatherer.takeAll();
    waiting.forEach(batch -> batch.fail(failure));
    numbers.gaveUp(waiting);
  }

  /**
   * What comes before them is not stored, so they are not, and are numbered anew. But not if they
   * were sent before and nobody knows what became of that: a copy may be on its way to the leader,
   * and they would be stored twice.
   */
  private void misnumbered(List<SendBatch> batches, MilenaException failure, long now) {
    if (batches.stream().allMatch(SendBatch::wantsNumber)) {
      numbers.beginEpoch();
      retryLater(batches, failure, true, now);
      return;
    }
    failed(batches, failure);
    failedAttempts = 0;
    giveUp(
        batches,
        ClientReason.DELIVERY_TIMED_OUT,
        "a record for %s follows others that are not stored, and might be stored twice if it were sent again"
            .formatted(partition()));
  }

  private static boolean isMisnumbered(MilenaException failure) {
    return failure.reason().equals("OUT_OF_ORDER_SEQUENCE")
        || failure.reason().equals("OLD_PRODUCER_EPOCH");
  }

  private static boolean concernsRecords(MilenaException failure) {
    return failure.reason().equals("RECORD_TOO_LARGE") || failure.reason().equals("INVALID_RECORD");
  }

  /** How long until a request could be sent; {@link Long#MAX_VALUE} when there is nothing to. */
  long sendableInNanos(long now, long lingerNanos) {
    if (underWay) {
      return Long.MAX_VALUE;
    }
    long ready = gatherer.readyInNanos(now, lingerNanos);
    return ready == Long.MAX_VALUE ? ready : Math.max(ready, notBeforeNanos - now);
  }
}
