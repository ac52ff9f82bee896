package dev.milena.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.milena.records.Samples.Sample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches go both ways between our code and Kafka's own. */
class KafkaCompatibilityTest {
  private static final int ROUNDS = 20;

  private final SplittableRandom random =
      new SplittableRandom(Samples.seed("KafkaCompatibilityTest"));

  @ParameterizedTest
  @EnumSource
  void kafkaReadsWhatWeBuild(Compression compression) {
    for (int round = 0; round < ROUNDS; round++) {
      List<Sample> records = Samples.shrinking(random, random.nextInt(1, 500));
      ByteBuffer batch = Samples.batch(compression, records);
      BatchHeader.patch(batch, 0, 1_000, 3);

      MutableRecordBatch read = onlyBatch(batch);

      read.ensureValid();
      assertEquals(compression.code(), read.compressionType().id);
      assertEquals(1_000, read.baseOffset());
      assertEquals(999 + records.size(), read.lastOffset());
      assertEquals(3, read.partitionLeaderEpoch());
      assertEquals(-1, read.producerId());
      assertEquals(-1, read.producerEpoch());
      assertEquals(-1, read.baseSequence());
      assertEquals(TimestampType.CREATE_TIME, read.timestampType());
      assertEquals(
          records.stream().mapToLong(Sample::timestampMs).max().orElseThrow(), read.maxTimestamp());
      assertEquals(records, readByKafka(read));
    }
  }

  @ParameterizedTest
  @EnumSource
  void weReadWhatKafkaBuilds(Compression compression) {
    BatchCheck check = BatchCheck.ofProduced();
    try (RecordCursor cursor = new RecordCursor(Samples.LIMITS)) {
      for (int round = 0; round < ROUNDS; round++) {
        List<Sample> records = Samples.records(random, random.nextInt(1, 500));
        ByteBuffer heap = builtByKafka(compression, records);
        ByteBuffer batch = round % 2 == 0 ? heap : Samples.direct(heap);

        assertEquals(BatchFault.NONE, check.check(batch, batch.remaining()));
        assertEquals(compression.code(), BatchHeader.compressionCode(batch, 0));
        cursor.open(batch, 0);
        assertEquals(records, Samples.read(cursor));
        assertEquals(RecordFault.NONE, cursor.fault());
      }
    }
  }

  @Test
  void weReadEveryZstdLevelOfKafka() {
    List<Sample> records = Samples.records(random, 200);
    RecordLimits limits = new RecordLimits(1 << 20, 128 << 20);
    for (int level : new int[] {-5, 1, 3, 19, 22}) {
      MemoryRecords built =
          MemoryRecords.withRecords(
              org.apache.kafka.common.compress.Compression.zstd().level(level).build(),
              forKafka(records));
      try (RecordCursor cursor = new RecordBatch(built.buffer(), 0).records(limits)) {
        assertEquals(records, Samples.read(cursor));
        assertEquals(RecordFault.NONE, cursor.fault());
      }
    }
  }

  @Test
  void aTransactionalProducerIsSeenByKafka() {
    try (RecordBatchBuilder builder = new RecordBatchBuilder(Compression.LZ4, 1 << 16)) {
      builder.producer(new ProducerStamp(77, (short) 5, 900, true));
      Samples.records(random, 10).forEach(record -> Samples.append(builder, record));

      MutableRecordBatch read = onlyBatch(builder.build());

      read.ensureValid();
      assertEquals(77, read.producerId());
      assertEquals(5, read.producerEpoch());
      assertEquals(900, read.baseSequence());
      assertEquals(909, read.lastSequence());
      assertTrue(read.isTransactional());
    }
  }

  @Test
  void kafkaSeesTheLogsOwnTime() {
    ByteBuffer batch = Samples.batch(Compression.GZIP, Samples.records(random, 10));

    BatchHeader.stampLogAppendTime(batch, 0, 123_456, new BatchChecksum());

    MutableRecordBatch read = onlyBatch(batch);
    read.ensureValid();
    assertEquals(TimestampType.LOG_APPEND_TIME, read.timestampType());
    read.forEach(record -> assertEquals(123_456, record.timestamp()));
    try (RecordCursor cursor = new RecordBatch(batch, 0).records(Samples.LIMITS)) {
      while (cursor.next()) {
        assertEquals(123_456, cursor.timestamp());
      }
      assertEquals(RecordFault.NONE, cursor.fault());
    }
  }

  @Test
  void keysAreHashedAsKafkaDoes() {
    for (int i = 0; i < 20_000; i++) {
      byte[] key = new byte[random.nextInt(100)];
      random.nextBytes(key);
      int partitions = random.nextInt(1, 1_000);
      ByteBuffer ours = i % 2 == 0 ? ByteBuffer.wrap(key) : Samples.direct(ByteBuffer.wrap(key));
      assertEquals(Utils.murmur2(key), Partitioner.murmur2(ours));
      assertEquals(
          Utils.toPositive(Utils.murmur2(key)) % partitions,
          Partitioner.partitionOf(ours, partitions));
    }
  }

  private static MutableRecordBatch onlyBatch(ByteBuffer batch) {
    List<MutableRecordBatch> batches = new ArrayList<>();
    MemoryRecords.readableRecords(batch).batches().forEach(batches::add);
    assertEquals(1, batches.size());
    return batches.getFirst();
  }

  private static List<Sample> readByKafka(MutableRecordBatch batch) {
    List<Sample> records = new ArrayList<>();
    for (Record record : batch) {
      List<RecordHeader> headers = new ArrayList<>();
      for (Header header : record.headers()) {
        headers.add(
            header.value() == null
                ? RecordHeader.ofNull(header.key())
                : RecordHeader.of(header.key(), ByteBuffer.wrap(header.value())));
      }
      assertEquals(batch.baseOffset() + records.size(), record.offset());
      records.add(
          new Sample(
              record.timestamp(),
              Optional.ofNullable(record.key()),
              Optional.ofNullable(record.value()),
              headers));
    }
    return records;
  }

  private static ByteBuffer builtByKafka(Compression compression, List<Sample> records) {
    CompressionType type = CompressionType.forId(compression.code());
    return MemoryRecords.withRecords(
            org.apache.kafka.common.compress.Compression.of(type).build(), forKafka(records))
        .buffer();
  }

  private static SimpleRecord[] forKafka(List<Sample> records) {
    return records.stream()
        .map(record ->
            new SimpleRecord(
                record.timestampMs(),
                record.key().map(ByteBuffer::duplicate).orElse(null),
                record.value().map(ByteBuffer::duplicate).orElse(null),
                record.headers().stream()
                    .map(KafkaCompatibilityTest::forKafka)
                    .toArray(Header[]::new)))
        .toArray(SimpleRecord[]::new);
  }

  private static Header forKafka(RecordHeader header) {
    byte[] value =
        header.hasValue()
            ? Arrays.copyOf(header.value().array(), header.value().remaining())
            : null;
    return new org.apache.kafka.common.header.internals.RecordHeader(header.key(), value);
  }
}
