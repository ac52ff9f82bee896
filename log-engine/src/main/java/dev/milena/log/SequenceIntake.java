package dev.milena.log;

import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Looks over a run of batches as their producers numbered them: all the next, or all stored before
 * and side by side, or not for this log as they are.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class SequenceIntake {
  private final ProducerTable producers;
  private long knownFrom;
  private long knownTo;
  private long knownMs;
  private boolean anyNext;
  private boolean anyKnown;

  SequenceIntake(ProducerTable producers) {
    this.producers = producers;
  }

  /** What to answer instead of storing them; empty when they may be stored. */
  Optional<AppendOutcome> refusal(ByteBuffer batches, TimestampType clock) {
    anyNext = false;
    anyKnown = false;
    int before = -1;
    for (int at = batches.position(); at < batches.limit(); ) {
      boolean goesOn = before >= 0 && follows(batches, before, at);
      if (goesOn && anyNext) {
        // the next of one that is not stored yet
      } else if (producers.check(batches, at)
          instanceof ProducerCheck.Misfit(SequenceFault fault, String detail)) {
        return Optional.of(new AppendOutcome.OutOfSequence(fault, detail));
      } else if (producers.check(batches, at)
          instanceof ProducerCheck.Known(long base, long end, long ms)) {
        if (anyKnown && base != knownTo) {
          return Optional.of(apart());
        }
        knownFrom = anyKnown ? knownFrom : base;
        knownTo = end;
        knownMs = ms;
        anyKnown = true;
      } else {
        anyNext = true;
      }
      before = at;
      at += BatchHeader.sizeInBytes(batches, at);
    }
    if (anyKnown && anyNext) {
      return Optional.of(apart());
    }
    return anyKnown
        ? Optional.of(new AppendOutcome.Known(knownFrom, knownTo, clock.given(knownMs)))
        : Optional.empty();
  }

  private static AppendOutcome apart() {
    return new AppendOutcome.OutOfSequence(
        SequenceFault.ALREADY_STORED,
        "some of these batches were stored before, and not side by side with the others; send them"
            + " one by one");
  }

  /** Whether a batch is the next of the producer of the one before it. */
  private static boolean follows(ByteBuffer batches, int before, int at) {
    int last =
        ProducerState.lastOf(
            BatchHeader.baseSequence(batches, before), BatchHeader.recordCount(batches, before));
    return BatchHeader.producerId(batches, at) == BatchHeader.producerId(batches, before)
        && BatchHeader.producerEpoch(batches, at) == BatchHeader.producerEpoch(batches, before)
        && BatchHeader.baseSequence(batches, at) == ProducerState.lastOf(last, 2);
  }
}
