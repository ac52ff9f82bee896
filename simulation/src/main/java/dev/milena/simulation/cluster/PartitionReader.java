package dev.milena.simulation.cluster;

import dev.milena.broker.core.BrokerCore;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.ErrorKind;
import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.OffsetsCall;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PartitionName;
import dev.milena.broker.core.Refusal;
import dev.milena.simulation.InvariantBroken;
import dev.milena.simulation.PartitionHistory;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One client that reads a partition, from whoever it takes for its leader. It never goes back to a
 * leader of an older epoch than it has seen, and nothing that it was shown may vanish.
 */
final class PartitionReader {
  private static final Caller CALLER = new Caller("sim", "sim:2", Caller.ANONYMOUS, "");

  /** What a reader may be told instead of records. */
  private static final Set<ErrorKind> FINE =
      EnumSet.of(
          ErrorKind.NOT_LEADER,
          ErrorKind.STORAGE_OFFLINE,
          ErrorKind.STORAGE_FULL,
          ErrorKind.LEADER_NOT_AVAILABLE,
          ErrorKind.OVERLOADED,
          ErrorKind.SHUTTING_DOWN,
          ErrorKind.OFFSET_NOT_AVAILABLE);

  private final SplittableRandom random;
  private final PartitionName where;
  private final PartitionHistory history;
  private final Supplier<FlippedBits> flipped;
  private final Supplier<PartitionHistory.Clocks> clocks;
  private int epoch = -1;
  private long end;
  private long read;

  PartitionReader(
      SplittableRandom random,
      PartitionName where,
      PartitionHistory history,
      Supplier<FlippedBits> flipped,
      Supplier<PartitionHistory.Clocks> clocks) {
    this.random = random;
    this.where = where;
    this.history = history;
    this.flipped = flipped;
    this.clocks = clocks;
  }

  /** How many records it was shown. */
  long read() {
    return read;
  }

  /** What came of one read. */
  static final class Reading {
    private Optional<Long> nextOffset = Optional.empty();
    private Optional<Refusal> refused = Optional.empty();

    /** Where to read on; empty when it was not answered with records. */
    Optional<Long> nextOffset() {
      return nextOffset;
    }

    Optional<Refusal> refused() {
      return refused;
    }
  }

  /** Reads once, from somewhere that it knows of. */
  void fetch(BrokerCore leader, int asOfEpoch) {
    if (asOfEpoch < epoch) {
      return;
    }
    epoch = asOfEpoch;
    long start = history.logStart();
    long from = start + random.nextLong(Math.max(0, end - start) + 1);
    int waitMs = random.nextInt(3) == 0 ? random.nextInt(500) : 0;
    read(leader, from, new FetchCall.Bounds(1, 1 + random.nextInt(40_000), waitMs));
  }

  /** Reads everything that comes in one answer. */
  Reading readFrom(BrokerCore leader, long from) {
    return read(leader, from, new FetchCall.Bounds(1, 1 << 20, 0));
  }

  private Reading read(BrokerCore leader, long from, FetchCall.Bounds bounds) {
    Reading reading = new Reading();
    int knownEpoch = epoch;
    long knownEnd = end;
    leader.fetch(
        new FetchCall(
            CALLER, where, new FetchStart.AtOffset(from), FetchCall.FetchForm.RECORDS, bounds),
        outcome -> fetched(from, knownEpoch, knownEnd, outcome, reading));
    return reading;
  }

  private void fetched(
      long from, int knownEpoch, long knownEnd, FetchOutcome outcome, Reading reading) {
    switch (outcome) {
      case FetchOutcome.RecordsFetched(var records, long nextOffset, LogBounds bounds) -> {
        history.read(from, records, nextOffset);
        history.startsAt(bounds.logStart(), clocks.get());
        read += records.size();
        epoch = Math.max(epoch, bounds.leaderEpoch());
        end = Math.max(end, nextOffset);
        reading.nextOffset = Optional.of(nextOffset);
      }
      case FetchOutcome.BatchesFetched batches ->
          throw new InvariantBroken("I4", where + ": batches came for records: " + batches);
      case FetchOutcome.FetchRefused(Refusal refusal) -> {
        refused(from, refusal, "(epoch %s, end %s)".formatted(knownEpoch, knownEnd));
        reading.refused = Optional.of(refusal);
      }
    }
  }

  private void refused(long from, Refusal refusal, String known) {
    boolean gone =
        refusal.kind() == ErrorKind.OFFSET_OUT_OF_RANGE
            && Long.parseLong(refusal.about().getOrDefault("logStartOffset", "0")) > from;
    if (gone) {
      history.startsAt(Long.parseLong(refusal.about().get("logStartOffset")), clocks.get());
    }
    boolean saysDamaged = refusal.message().contains("are damaged");
    boolean isDamaged = saysDamaged && flipped.get().everNear(from);
    if (saysDamaged && !isDamaged) {
      throw new InvariantBroken(
          "I13",
          "%s: a reader at %s is told of damage where no disk has changed anything: %s; damaged: %s"
              .formatted(where, from, refusal, flipped.get()));
    }
    if (!gone && !isDamaged && !FINE.contains(refusal.kind())) {
      throw new InvariantBroken(
          "I4",
          "%s: a reader at %s %s is told %s; damaged: %s"
              .formatted(where, from, known, refusal, flipped.get()));
    }
  }

  /** Asks for the end of what can be read: it does not go back. */
  void askLatest(BrokerCore leader, int asOfEpoch) {
    if (asOfEpoch < epoch) {
      return;
    }
    epoch = asOfEpoch;
    long known = end;
    leader.listOffsets(
        new OffsetsCall(CALLER, where, new FetchStart.AtLatest()),
        outcome -> {
          if (outcome instanceof OffsetsOutcome.Found found && found.leaderEpoch() >= asOfEpoch) {
            if (found.offset() < known) {
              throw new InvariantBroken(
                  "I4", "%s: its end went back from %s to %s".formatted(where, known, found));
            }
            end = Math.max(end, found.offset());
          }
        });
  }
}
