package dev.milena.broker.door.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.FetchCall;
import dev.milena.broker.core.FetchOutcome;
import dev.milena.broker.core.LogBounds;
import dev.milena.broker.core.SampleBatches;
import dev.milena.broker.core.hosting.RecordDecoding;
import dev.milena.proto.v1.FetchResponse;
import dev.milena.records.BatchHeader;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import dev.milena.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was decoded for an answer is in the answer: nothing is read to be thrown away. */
class FetchAnswersTest {
  private static final long FAR = Long.MAX_VALUE / 2;

  @Test
  void allThatWasDecodedOfSmallRecordsIsSentAndFillsTheAnswer() {
    FetchResponse response = answered(batchOf(200_000, "", List.of()));
    assertTrue(response.getSerializedSize() > FetchCall.MAX_RECORDS_BYTES / 2);
  }

  @Test
  void allThatWasDecodedOfRecordsWithHeadersIsSent() {
    answered(batchOf(20_000, "v".repeat(100), List.of(RecordHeader.of("h", bytes("x")))));
    answered(batchOf(20_000, "v".repeat(300), List.of(RecordHeader.ofNull("header"))));
  }

  @Test
  void recordLargerThanAnAnswerComesWholeAndAlone() {
    FetchResponse response = answered(batchOf(2, "v".repeat(5 << 20), List.of()));
    assertEquals(1, response.getRecords().getRecordsCount());
  }

  private static FetchResponse answered(ByteBuffer batches) {
    BatchHeader.patch(batches, 0, FAR, 3);
    var decoded =
        assertInstanceOf(
            RecordDecoding.Decoded.Records.class,
            RecordDecoding.decode(batches, FAR, RecordDecoding.Bounds.OF_AN_ANSWER));
    var bounds = new LogBounds(FAR, 0, Long.MAX_VALUE, 1);
    FetchResponse response =
        FetchAnswers.records(
            new FetchOutcome.RecordsFetched(decoded.records(), decoded.nextOffset(), bounds));
    assertEquals(decoded.records().size(), response.getRecords().getRecordsCount());
    assertEquals(FAR + decoded.records().size(), response.getNextOffset());
    assertTrue(
        response.getRecords().getRecordsCount() == 1
            || response.getRecords().getSerializedSize() <= FetchCall.MAX_RECORDS_BYTES,
        "an answer of " + response.getSerializedSize() + " bytes");
    return response;
  }

  private static ByteBuffer batchOf(int records, String value, List<RecordHeader> headers) {
    try (var builder = new RecordBatchBuilder(Compression.LZ4, 15 << 20)) {
      for (int i = 0; i < records; i++) {
        if (!builder.append(FAR, bytes("k"), bytes(value), headers)) {
          throw new AssertionError("does not fit");
        }
      }
      return SampleBatches.joined(builder.build());
    }
  }

  private static ByteBuffer bytes(String text) {
    return SampleBatches.bytes(text);
  }
}
