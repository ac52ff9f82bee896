package dev.milena.broker.door.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.OffsetsOutcome;
import dev.milena.broker.core.PlainRecord;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.proto.v1.Header;
import dev.milena.proto.v1.ListOffsetsResponse;
import dev.milena.proto.v1.StoredRecord;
import dev.milena.proto.v1.StoredRecordList;
import dev.milena.records.RecordHeader;
import java.util.List;

/**
 * Outcomes of a fetch as answers of FetchService. Bytes are wrapped, not copied: a reader thread
 * has read them for this answer alone, and nobody writes to them any more.
 */
final class FetchAnswers {
  private FetchAnswers() {}

  static FetchResponse batches(FetchOutcome.BatchesFetched fetched) {
    FetchResponse.Builder response = response(fetched.bounds(), fetched.nextOffset());
    if (fetched.batches().hasRemaining()) {
      response.setBatches(UnsafeByteOperations.unsafeWrap(fetched.batches()));
    }
    return response.build();
  }

  static FetchResponse records(FetchOutcome.RecordsFetched fetched) {
    List<PlainRecord> records = fetched.records();
    if (records.isEmpty()) {
      return response(fetched.bounds(), fetched.nextOffset()).build();
    }
    StoredRecordList.Builder list = StoredRecordList.newBuilder();
    records.forEach(record -> list.addRecords(record(record)));
    return response(fetched.bounds(), fetched.nextOffset()).setRecords(list).build();
  }

  static ListOffsetsResponse found(OffsetsOutcome.Found found) {
    ListOffsetsResponse.Builder response =
        ListOffsetsResponse.newBuilder()
            .setOffset(found.offset())
            .setLeaderEpoch(found.leaderEpoch());
    if (found.timestampMs() != OffsetsOutcome.NO_TIMESTAMP) {
      response.setTimestampMs(found.timestampMs());
    }
    return response.build();
  }

  private static FetchResponse.Builder response(LogBounds bounds, long nextOffset) {
    return FetchResponse.newBuilder()
        .setNextOffset(nextOffset)
        .setLogStartOffset(bounds.logStart())
        .setHighWatermark(bounds.highWatermark())
        .setStartOffset(bounds.startOffset());
  }

  private static StoredRecord record(PlainRecord record) {
    StoredRecord.Builder stored =
        StoredRecord.newBuilder().setOffset(record.offset()).setTimestampMs(record.timestampMs());
    if (record.hasKey()) {
      stored.setKey(UnsafeByteOperations.unsafeWrap(record.key()));
    }
    if (record.hasValue()) {
      stored.setValue(UnsafeByteOperations.unsafeWrap(record.value()));
    }
    for (RecordHeader header : record.headers()) {
      Header.Builder to = stored.addHeadersBuilder().setKey(header.key());
      if (header.hasValue()) {
        to.setValue(UnsafeByteOperations.unsafeWrap(header.value()));
      }
    }
    return stored.build();
  }
}
