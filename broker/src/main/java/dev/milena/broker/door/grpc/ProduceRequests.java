package dev.milena.broker.door.grpc;

import com.google.protobuf.ByteString;
import dev.milena.broker.core.Acks;
import dev.milena.broker.core.Caller;
import dev.milena.broker.core.PlainRecord;
import dev.milena.broker.core.ProduceCall;
import dev.milena.broker.core.RecordsCall;
import dev.milena.proto.v1.Header;
import dev.milena.proto.v1.Record;
import dev.milena.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests of ProduceService as calls of the core. */
final class ProduceRequests {
  private static final int DEFAULT_TIMEOUT_MS = 30_000;

  private ProduceRequests() {}

  static ProduceCall batches(ProduceMessage request, ByteBuffer batches, Caller caller)
      throws RequestRefused {
    if (request.partition().isEmpty()) {
      throw RequestRefused.invalid(
          "batches go to one partition: set partition, or send records to let keys choose");
    }
    return new ProduceCall(
        caller,
        acks(request.acks()),
        timeoutMs(request),
        List.of(
            new ProduceCall.Part(
                RequestChecks.partition(request.topic(), request.partition().getAsInt()),
                batches)));
  }

  static RecordsCall records(ProduceMessage request, List<Record> records, Caller caller)
      throws RequestRefused {
    String topic = RequestChecks.topic(request.topic());
    int partition = RecordsCall.BY_KEY;
    if (request.partition().isPresent()) {
      partition = RequestChecks.partition(topic, request.partition().getAsInt()).partition();
    }
    if (records.isEmpty()) {
      throw RequestRefused.invalid("a request holds at least one record, got none");
    }
    return new RecordsCall(
        caller,
        topic,
        partition,
        acks(request.acks()),
        timeoutMs(request),
        records.stream().map(ProduceRequests::record).toList());
  }

  private static int timeoutMs(ProduceMessage request) throws RequestRefused {
    return RequestChecks.timeoutMs("timeout_ms", request.timeoutMs(), DEFAULT_TIMEOUT_MS);
  }

  private static Acks acks(int number) throws RequestRefused {
    return switch (dev.milena.proto.v1.Acks.forNumber(number)) {
      case ACKS_UNSPECIFIED, ACKS_ALL -> Acks.ALL;
      case ACKS_LEADER -> Acks.LEADER;
      case ACKS_NONE -> Acks.NONE;
      case UNRECOGNIZED -> throw unknownAcks(number);
      case null -> throw unknownAcks(number);
    };
  }

  private static RequestRefused unknownAcks(int number) {
    return RequestRefused.invalid("there are no acks of number " + number);
  }

  private static PlainRecord record(Record record) {
    return new PlainRecord(
        PlainRecord.NO_OFFSET,
        record.hasTimestampMs() ? record.getTimestampMs() : PlainRecord.NOW,
        bytes(record.hasKey(), record.getKey()),
        bytes(record.hasValue(), record.getValue()),
        record.getHeadersList().stream().map(ProduceRequests::header).toList());
  }

  private static RecordHeader header(Header header) {
    return header.hasValue()
        ? RecordHeader.of(header.getKey(), header.getValue().asReadOnlyByteBuffer())
        : RecordHeader.ofNull(header.getKey());
  }

  private static @Nullable ByteBuffer bytes(boolean present, ByteString bytes) {
    return present ? bytes.asReadOnlyByteBuffer() : null;
  }
}
