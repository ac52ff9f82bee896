package dev.milena.client;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.ProducerStamp;
import java.util.List;

/**
 * How the records of one partition are numbered (KIP-98, KIP-360): in order, without a gap.
 *
 * <p>What may be stored under a number is never sent under another. What is not stored leaves its
 * number to what is sent next; where a batch was given up that may be stored, that begins the next
 * epoch.
 */
@OwnedBy(Owner.CREATOR)
final class SequenceNumbers {
  /** A log remembers as many batches of a producer: no more may be in a request. */
  static final int MOST_BATCHES = 5;

  private final ProducerNumber producer;
  private short epoch;
  private int next;

  SequenceNumbers(ProducerNumber producer) {
    this.producer = producer;
  }

  /**
   * Numbers the batches of a request. What may be stored, or somebody else built, stays as it is.
   */
  void number(List<SendBatch> batches) {
    long id = producer.id();
    if (id == ProducerNumber.NONE) {
      return;
    }
    for (SendBatch batch : batches) {
      if (batch.wantsNumber()) {
        batch.number(new ProducerStamp(id, epoch, next, false));
        next = (int) (((long) next + batch.recordCount()) & Integer.MAX_VALUE);
      }
    }
  }

  /** A request failed: if nothing of it is stored, what is sent next has its numbers. */
  void failed(List<SendBatch> batches) {
    batches.stream()
        .filter(batch -> batch.wantsNumber() && batch.numberedIn() == epoch)
        .findFirst()
        .ifPresent(first -> next = first.firstNumber());
  }

  /** These are sent no more; of what may be stored nobody knows whether it leaves a gap. */
  void gaveUp(List<SendBatch> batches) {
    if (batches.stream().anyMatch(b -> !b.wantsNumber() && b.numberedIn() == epoch)) {
      beginEpoch();
    }
  }

  /** What is numbered from now on has nothing in front of it. */
  void beginEpoch() {
    epoch++;
    next = 0;
    if (epoch < 0) {
      throw new IllegalStateException("a producer has no more than 32,768 epochs");
    }
  }
}
