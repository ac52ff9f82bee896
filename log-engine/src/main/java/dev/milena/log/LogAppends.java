package dev.milena.log;

import dev.milena.log.disk.NoSpaceException;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What goes to the end of a log: batches of its producers, which get their place here, and batches
 * of its leader, which have it. Allocates nothing in steady state.
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class LogAppends {
  private final PartitionLog log;
  private final Segments segments;
  private final EpochHistory epochs;
  private final ProducerTable producers;
  private final SequenceIntake sequences;
  private final SegmentSeal seal;
  private final BatchIntake intake = new BatchIntake();
  private final CopyIntake copies = new CopyIntake();
  private final AppendOutcome.Appended appended = new AppendOutcome.Appended();

  LogAppends(PartitionLog log, LogRecovery.Recovered recovered, SegmentSeal seal) {
    this.log = log;
    this.segments = recovered.segments();
    this.epochs = recovered.epochs();
    this.producers = recovered.producers();
    this.sequences = new SequenceIntake(producers);
    this.seal = seal;
  }

  /** As {@link PartitionLog#append}. */
  AppendOutcome append(ByteBuffer batches, int leaderEpoch, long nowMs, LogSettings settings) {
    Optional<AppendOutcome.NotStored> offline = offline(leaderEpoch);
    if (offline.isPresent()) {
      return offline.get();
    }
    Optional<AppendOutcome> refusal = intake.refusal(batches, settings);
    if (refusal.isPresent()) {
      return storedAllTheSame(batches, settings).orElse(refusal.get());
    }
    Optional<AppendOutcome> known = sequences.refusal(batches, settings.timestampType());
    if (known.isPresent()) {
      return known.get();
    }
    long base = log.logEnd();
    long end = intake.place(batches, base, leaderEpoch, nowMs, settings.timestampType());
    Optional<AppendOutcome.NotStored> failure = write(batches, end, nowMs, settings);
    if (failure.isPresent()) {
      return failure.get();
    }
    epochs.assign(leaderEpoch, base);
    noteProducers(batches, nowMs);
    return appended.fill(base, end, settings.timestampType().given(nowMs));
  }

  /**
   * What was stored before the topic took no batch of its size any more is stored: told that it is
   * not, its producer would send its records in other batches.
   */
  private Optional<AppendOutcome> storedAllTheSame(ByteBuffer batches, LogSettings settings) {
    return intake.isTooLargeAlone(batches)
        ? sequences
            .refusal(batches, settings.timestampType())
            .filter(AppendOutcome.Known.class::isInstance)
        : Optional.empty();
  }

  /** As {@link PartitionLog#copy}. */
  CopyOutcome copy(ByteBuffer batches, int leaderEpoch, long nowMs, LogSettings settings) {
    Optional<AppendOutcome.NotStored> offline = offline(leaderEpoch);
    if (offline.isPresent()) {
      return offline.get();
    }
    long base = log.logEnd();
    String unfit = copies.check(batches, base, epochs.lastEpoch(), leaderEpoch);
    if (!unfit.isEmpty()) {
      return new CopyOutcome.Unfit(unfit);
    }
    Optional<AppendOutcome.NotStored> failure = write(batches, copies.end(), nowMs, settings);
    if (failure.isPresent()) {
      return failure.get();
    }
    noteEpochs(batches);
    noteProducers(batches, nowMs);
    return appended.fill(base, log.logEnd(), TimestampType.CREATE_TIME.given(nowMs));
  }

  private Optional<AppendOutcome.NotStored> offline(int leaderEpoch) {
    if (log.offlineFailure().isPresent()) {
      return Optional.of(new AppendOutcome.Offline(log.offlineReason().orElseThrow()));
    }
    if (leaderEpoch < epochs.lastEpoch()) {
      CorruptLog ahead = epochs.ahead(segments.files().folder(), leaderEpoch);
      return Optional.of(new AppendOutcome.Offline(log.fail(ahead)));
    }
    return Optional.empty();
  }

  /** Writes batches that have their place and takes them into the indexes. */
  private Optional<AppendOutcome.NotStored> write(
      ByteBuffer batches, long end, long nowMs, LogSettings settings) {
    Reserve reserve = segments.files().reserve();
    try {
      log.settleCut();
      reserve.requireWhole();
      if (segments.isFullFor(batches.remaining(), end, nowMs, settings)) {
        seal.roll();
        log.flushedTo(segments.active().end());
      }
      segments.active().write(batches, nowMs, reserve);
    } catch (NoSpaceException full) {
      return Optional.of(
          new AppendOutcome.NoSpace(
              String.valueOf(full.getMessage()), segments.active().leftBehind()));
    } catch (IOException failure) {
      return Optional.of(new AppendOutcome.Offline(log.fail(failure)));
    }
    segments.active().note(batches, settings.indexIntervalBytes());
    return Optional.empty();
  }

  private void noteProducers(ByteBuffer batches, long nowMs) {
    for (int at = batches.position(); at < batches.limit(); ) {
      producers.note(batches, at, BatchHeader.baseOffset(batches, at), nowMs);
      at += BatchHeader.sizeInBytes(batches, at);
    }
  }

  private void noteEpochs(ByteBuffer batches) {
    for (int at = batches.position(); at < batches.limit(); ) {
      epochs.assign(
          BatchHeader.partitionLeaderEpoch(batches, at), BatchHeader.baseOffset(batches, at));
      at += BatchHeader.sizeInBytes(batches, at);
    }
  }
}
