package dev.milena.broker.core.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.broker.core.Acks;
import dev.milena.broker.core.FetchStart;
import dev.milena.broker.core.SampleBatches;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A small batch that unpacks to more than a node may spend, and a search by time that meets it. */
class TimeSearchBoundTest extends CoreOnOneThread {
  private static final int UNPACKED_BYTES = 80 << 20;

  TimeSearchBoundTest() throws IOException {}

  private static ByteBuffer bomb(long timestampMs) {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.ZSTD, 1 << 27)) {
      assertTrue(builder.append(timestampMs, null, ByteBuffer.allocate(UNPACKED_BYTES), List.of()));
      ByteBuffer built = builder.build();
      return ByteBuffer.allocate(built.remaining()).put(built).flip();
    }
  }

  @Test
  void batchThatUnpacksToTooMuchIsToldByItsFirstOffset() {
    create("logs", 1);
    written(produce(Acks.ALL, LOGS, SampleBatches.of(1_000, "a", "b")));
    written(produce(Acks.ALL, LOGS, bomb(2_000)));
    written(produce(Acks.ALL, LOGS, SampleBatches.of(3_000, "c")));

    assertEquals(2, found(new FetchStart.AtTime(1_500)).offset());
    assertEquals(3, found(new FetchStart.AtTime(2_500)).offset());
  }
}
