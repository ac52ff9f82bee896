package dev.milena.client;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.records.ProducerStamp;
import java.util.List;

/**
 * How the records of one partition are numbered (KIP-98, KIP-360): in order, without a gap. Where a
 * batch was given up there is one: the next batch is refused, and all that is not stored is
 * numbered anew, in the next epoch.
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

  /** Numbers the batches that are not. Whole batches of somebody else are as they are. */
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

  /** Batches in front of this one are not stored, or it is of an epoch that is over. */
  void refused(SendBatch batch) {
    if (batch.numberedIn() == epoch) {
      epoch++;
      next = 0;
    }
    if (epoch < 0) {
      throw new IllegalStateException("a producer has no more than 32,768 epochs");
    }
    batch.forgetNumber();
  }
}
