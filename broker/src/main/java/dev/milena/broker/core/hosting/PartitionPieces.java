package dev.milena.broker.core.hosting;

import dev.milena.broker.core.FetchCall.FetchForm;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.copy.FollowerSession;
import dev.milena.broker.core.copy.FollowerWord;
import dev.milena.log.LogSlice;
import dev.milena.log.OffsetOutOfRange;
import dev.milena.log.PartitionLog;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import dev.milena.replication.PartitionReplica;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * The other end of {@link PartitionMending}: gives one batch to a replica whose disk has changed
 * it, leader or not, committed or not: whoever lacks it takes it if it is of the leader epoch that
 * belongs there, and then it is the same everywhere (ADR 28).
 */
@OwnedBy(Owner.PARTITION_LOOP)
final class PartitionPieces {
  private final PartitionAddress address;
  private final HostingContext context;
  private final PartitionLog log;
  private final PartitionReplica replica;
  private final DamageEar damage;

  /**
   * @param damage told of damaged bytes; called on any thread
   */
  PartitionPieces(
      PartitionAddress address,
      HostingContext context,
      PartitionLog log,
      PartitionReplica replica,
      DamageEar damage) {
    this.address = address;
    this.context = context;
    this.log = log;
    this.replica = replica;
    this.damage = damage;
  }

  /**
   * Answers, now or once the batch is read; with nothing also while readers are busy: whoever asked
   * tries the others, and this one again after a while. There is room for the answer ({@link
   * LacksHeard}).
   */
  void asked(FollowerSession session, FollowerWord.Lack word) {
    boolean isReplica = replica.facts().replicas().contains(session.broker());
    if (!isReplica || replica.isLogFailed() || word.offset() >= log.flushedEnd()) {
      LacksHeard.answer(session, word, Optional.empty());
      return;
    }
    try {
      // the batch that holds the log's start may begin in front of it
      long from = Math.max(word.offset(), log.logStart());
      LogSlice slice = log.locate(from, 1, log.flushedEnd());
      LogBounds bounds =
          new LogBounds(from, log.logStart(), replica.highWatermark(), word.leaderEpoch());
      try {
        context.readers().execute(() -> readNow(session, word, slice, bounds));
      } catch (RejectedExecutionException full) {
        slice.close();
        LacksHeard.answer(session, word, Optional.empty());
      }
    } catch (OffsetOutOfRange outside) {
      LacksHeard.answer(session, word, Optional.empty());
    }
  }

  @OwnedBy(Owner.READER_THREAD)
  private void readNow(
      FollowerSession session, FollowerWord.Lack word, LogSlice slice, LogBounds bounds) {
    Optional<ByteBuffer> read = Optional.empty();
    try (ReadRoom.Share room = context.readRoom().share()) {
      var reading = new SliceReader.Reading(address.name(), room, damage);
      if (SliceReader.fetch(slice, FetchForm.BATCHES, bounds, reading)
          instanceof FetchOutcome.BatchesFetched fetched) {
        read = Optional.of(fetched.batches()).filter(ByteBuffer::hasRemaining);
      }
    } finally {
      LacksHeard.answer(session, word, read);
    }
  }
}
