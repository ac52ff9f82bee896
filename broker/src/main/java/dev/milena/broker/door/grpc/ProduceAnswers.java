package dev.milena.broker.door.grpc;

import dev.milena.broker.core.PartOutcome;
import dev.milena.broker.core.RecordsOutcome;
import dev.milena.broker.core.RecordsOutcome.Share;
import dev.milena.broker.core.Refusal;
import dev.milena.proto.v1.PartitionAck;
import dev.milena.proto.v1.ProduceResponse;
import dev.milena.proto.v1.RecordList;
import dev.milena.records.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Outcomes of a produce as answers of ProduceService. */
sealed interface ProduceAnswers {
  /** The base offset of records that were handed over without a promise, or not written. */
  long NO_OFFSET = -1;

  /** Something was written, or handed over. */
  record Answered(ProduceResponse response) implements ProduceAnswers {}

  /** The request failed as a whole. */
  record Failed(Refusal refusal) implements ProduceAnswers {}

  /** What an acknowledgement takes for each of its records, and beside them, in bytes. */
  int RECORD_BYTES = 4;

  int ACK_BYTES = 64;

  /** What the answer to a request may take when its records are written, in bytes. */
  static long largestBytes(ProduceMessage.Payload payload) {
    return switch (payload) {
      case ProduceMessage.Payload.Records(RecordList records) ->
          (long) records.getRecordsCount() * (RECORD_BYTES + ACK_BYTES);
      case ProduceMessage.Payload.Batches _, ProduceMessage.Payload.Nothing _ -> ACK_BYTES;
    };
  }

  /**
   * How batches ended.
   *
   * @param recordCount of all batches, used when the outcome does not say
   */
  static ProduceAnswers ofBatches(
      long correlationId, int partition, int recordCount, PartOutcome outcome) {
    return switch (outcome) {
      case PartOutcome.NotWritten(Refusal refusal) -> new Failed(refusal);
      case PartOutcome.Written _, PartOutcome.Handed _ ->
          new Answered(
              ProduceResponse.newBuilder()
                  .setCorrelationId(correlationId)
                  .addAcks(ack(partition, recordCount, outcome))
                  .build());
    };
  }

  /** How records ended: as a whole they fail only when no partition took its share. */
  static ProduceAnswers ofRecords(long correlationId, RecordsOutcome outcome) {
    return switch (outcome) {
      case RecordsOutcome.RecordsRefused(Refusal refusal) -> new Failed(refusal);
      case RecordsOutcome.Shared shared -> {
        Optional<Refusal> all = refusalOfAll(shared);
        yield all.isPresent() ? new Failed(all.get()) : answered(correlationId, shared);
      }
    };
  }

  private static ProduceAnswers answered(long correlationId, RecordsOutcome.Shared shared) {
    ProduceResponse.Builder response = ProduceResponse.newBuilder().setCorrelationId(correlationId);
    for (Share share : shared.shares()) {
      response.addAcks(
          ack(share.partition(), share.recordCount(), share.outcome())
              .addAllRecordIndexes(share.recordIndexes()));
    }
    return new Answered(response.build());
  }

  /**
   * One refusal for the whole when every share was refused: the first after which records may be
   * stored, or else, when certainly nothing was, the first of all.
   */
  private static Optional<Refusal> refusalOfAll(RecordsOutcome.Shared shared) {
    Optional<Refusal> said = Optional.empty();
    for (Share share : shared.shares()) {
      if (!(share.outcome() instanceof PartOutcome.NotWritten(Refusal refusal))) {
        return Optional.empty();
      }
      boolean leavesDoubt =
          said.map(Refusal::saysNothingStored).orElse(true) && !refusal.saysNothingStored();
      said = said.isEmpty() || leavesDoubt ? Optional.of(refusal) : said;
    }
    return said;
  }

  private static PartitionAck.Builder ack(int partition, int recordCount, PartOutcome outcome) {
    PartitionAck.Builder ack =
        PartitionAck.newBuilder().setPartition(partition).setRecordCount(recordCount);
    switch (outcome) {
      case PartOutcome.Written written -> {
        ack.setBaseOffset(written.baseOffset());
        if (written.logAppendTimeMs() != PartOutcome.CREATE_TIME) {
          ack.setLogAppendTimeMs(written.logAppendTimeMs());
        }
      }
      case PartOutcome.Handed() -> ack.setBaseOffset(NO_OFFSET);
      case PartOutcome.NotWritten(Refusal refusal) ->
          ack.setBaseOffset(NO_OFFSET).setError(ErrorAnswers.error(refusal));
    }
    return ack;
  }

  /**
   * Counts the records of batches that a client sent, as their headers say; stops at the first
   * header that cannot be.
   */
  static int recordCount(ByteBuffer batches) {
    long count = 0;
    int at = batches.position();
    while (batches.limit() - at >= BatchHeader.SIZE) {
      int size = BatchHeader.sizeInBytes(batches, at);
      if (size < BatchHeader.SIZE || size > batches.limit() - at) {
        break;
      }
      count += Math.max(0, BatchHeader.recordCount(batches, at));
      at += size;
    }
    return (int) Math.min(count, Integer.MAX_VALUE);
  }
}
