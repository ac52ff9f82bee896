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
  private final SequenceRun run = new SequenceRun();
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
    run.clear();
    for (int at = batches.position(); at < batches.limit(); ) {
      Optional<AppendOutcome> misfit =
          run.holds(batches, at) ? goesOn(batches, at) : looksUp(batches, at);
      if (misfit.isPresent()) {
        return misfit;
      }
      at += BatchHeader.sizeInBytes(batches, at);
    }
    if (anyKnown && anyNext) {
      return Optional.of(apart());
    }
    return anyKnown
        ? Optional.of(new AppendOutcome.Known(knownFrom, knownTo, clock.given(knownMs)))
        : Optional.empty();
  }

  /** Behind one of its producer that is to be stored with it. */
  private Optional<AppendOutcome> goesOn(ByteBuffer batches, int at) {
    if (run.goesOnWith(batches, at)) {
      run.add(batches, at);
      return Optional.empty();
    }
    return Optional.of(
        new AppendOutcome.OutOfSequence(
            SequenceFault.GAP,
            "of producer %s comes sequence number %s in these batches where %s belongs"
                .formatted(
                    BatchHeader.producerId(batches, at),
                    BatchHeader.baseSequence(batches, at),
                    run.expected(batches, at))));
  }

  private Optional<AppendOutcome> looksUp(ByteBuffer batches, int at) {
    switch (producers.check(batches, at)) {
      case ProducerCheck.Misfit(SequenceFault fault, String detail) -> {
        return Optional.of(new AppendOutcome.OutOfSequence(fault, detail));
      }
      case ProducerCheck.Known(long base, long end, long ms) -> {
        if (anyKnown && base != knownTo) {
          return Optional.of(apart());
        }
        knownFrom = anyKnown ? knownFrom : base;
        knownTo = end;
        knownMs = ms;
        anyKnown = true;
      }
      case ProducerCheck.Next _ -> {
        anyNext = true;
        run.add(batches, at);
      }
    }
    return Optional.empty();
  }

  private static AppendOutcome apart() {
    return new AppendOutcome.OutOfSequence(
        SequenceFault.ALREADY_STORED,
        "some of these batches were stored before, and not side by side with the others; send them"
            + " one by one");
  }
}
