package dev.milena.broker.door.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.milena.broker.core.RecordsCall;
import dev.milena.proto.v1.ProduceRequest;
import dev.milena.proto.v1.Record;
import dev.milena.proto.v1.RecordList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A {@code ProduceRequest} whose batches can be written to.
 *
 * <p>The log patches base offset and leader epoch into the very bytes that came, so they must lie
 * in one piece, be writable, and live as long as the append: none of which a {@code ByteString} or
 * the transport's own buffers offer. So the request is read by hand out of an array that nobody
 * else holds: that copy is the only one on the way to the disk.
 *
 * @param partition empty when unset
 * @param acks the number as sent
 */
record ProduceMessage(
    String topic,
    OptionalInt partition,
    Payload payload,
    int acks,
    int timeoutMs,
    long correlationId) {
  /** Headers of all records together: they cost more memory than they have bytes. */
  static final int MAX_HEADERS = 500_000;

  private static final Parser<RecordList> RECORDS =
      DiscardUnknownFieldsParser.wrap(RecordList.parser());

  /** What is to be stored. */
  sealed interface Payload {
    /** Nothing was sent. */
    record Nothing() implements Payload {}

    /** Records in the clear. */
    record Records(RecordList records) implements Payload {}

    /** Whole batches, writable. */
    record Batches(ByteBuffer batches) implements Payload {}
  }

  /** Reads a request; keeps {@code bytes}. */
  static ProduceMessage read(byte[] bytes) throws IOException, RequestRefused {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    String topic = "";
    OptionalInt partition = OptionalInt.empty();
    Payload payload = new Payload.Nothing();
    int acks = 0;
    int timeoutMs = 0;
    long correlationId = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      // A field of the wrong wire type is an unknown field, as in protobuf's own parsers.
      switch (known(tag) ? WireFormat.getTagFieldNumber(tag) : 0) {
        case ProduceRequest.TOPIC_FIELD_NUMBER -> topic = in.readStringRequireUtf8();
        case ProduceRequest.PARTITION_FIELD_NUMBER -> partition = OptionalInt.of(in.readInt32());
        case ProduceRequest.RECORDS_FIELD_NUMBER -> payload = records(bytes, in);
        case ProduceRequest.BATCHES_FIELD_NUMBER -> payload = batches(bytes, in);
        case ProduceRequest.ACKS_FIELD_NUMBER -> acks = in.readEnum();
        case ProduceRequest.TIMEOUT_MS_FIELD_NUMBER -> timeoutMs = in.readInt32();
        case ProduceRequest.CORRELATION_ID_FIELD_NUMBER -> correlationId = in.readInt64();
        default -> skip(in, tag);
      }
    }
    return new ProduceMessage(topic, partition, payload, acks, timeoutMs, correlationId);
  }

  private static boolean known(int tag) {
    int wanted =
        switch (WireFormat.getTagFieldNumber(tag)) {
          case ProduceRequest.TOPIC_FIELD_NUMBER,
              ProduceRequest.RECORDS_FIELD_NUMBER,
              ProduceRequest.BATCHES_FIELD_NUMBER ->
              WireFormat.WIRETYPE_LENGTH_DELIMITED;
          default -> WireFormat.WIRETYPE_VARINT;
        };
    return WireFormat.getTagWireType(tag) == wanted;
  }

  private static Payload batches(byte[] bytes, CodedInputStream in) throws IOException {
    int length = in.readRawVarint32();
    int from = in.getTotalBytesRead();
    in.skipRawBytes(length);
    return new Payload.Batches(ByteBuffer.wrap(bytes, from, length).slice());
  }

  private static Payload records(byte[] bytes, CodedInputStream in)
      throws IOException, RequestRefused {
    int length = in.readRawVarint32();
    int from = in.getTotalBytesRead();
    in.skipRawBytes(length);
    count(CodedInputStream.newInstance(bytes, from, length));
    // bytes that are known never to change may be shared; of these nobody has more than the records
    CodedInputStream list = UnsafeByteOperations.unsafeWrap(bytes, from, length).newCodedInput();
    list.enableAliasing(true);
    return new Payload.Records(RECORDS.parseFrom(list));
  }

  /** Counts before anything is built: an empty record is 2 bytes here and 100 in memory. */
  private static void count(CodedInputStream list) throws IOException, RequestRefused {
    int records = 0;
    int headers = 0;
    for (int tag = list.readTag(); tag != 0; tag = list.readTag()) {
      if (tag != tagOf(RecordList.RECORDS_FIELD_NUMBER)) {
        skip(list, tag);
        continue;
      }
      records++;
      int outer = list.pushLimit(list.readRawVarint32());
      for (int inner = list.readTag(); inner != 0; inner = list.readTag()) {
        if (inner == tagOf(Record.HEADERS_FIELD_NUMBER)) {
          headers++;
        }
        skip(list, inner);
      }
      list.popLimit(outer);
      check(records, headers);
    }
  }

  private static void check(int records, int headers) throws RequestRefused {
    if (records > RecordsCall.MAX_RECORDS) {
      throw RequestRefused.invalid(
          String.format(
              Locale.ROOT,
              "a request holds at most %,d records; split it",
              RecordsCall.MAX_RECORDS));
    }
    if (headers > MAX_HEADERS) {
      throw RequestRefused.invalid(
          String.format(
              Locale.ROOT,
              "the records of a request have at most %,d headers; split it",
              MAX_HEADERS));
    }
  }

  private static int tagOf(int lengthDelimitedField) {
    return lengthDelimitedField << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
      // Read, as generated parsers do: skipField refuses a tenth byte that says there is another,
      // readRawVarint64 takes some of those. What a field is called must not decide whether a
      // message is read.
      in.readRawVarint64();
      return;
    }
    if (!in.skipField(tag)) {
      throw new com.google.protobuf.InvalidProtocolBufferException("a group ends that never began");
    }
  }
}
