package dev.milena.records;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds batches exactly as they travel and are stored, one after another in the same memory.
 *
 * <pre>{@code
 * builder.append(timestampMs, key, value, headers);   // false: full, build first
 * ByteBuffer batch = builder.build();                 // use it before the next append or clear
 * builder.clear();
 * }</pre>
 *
 * <p>Base offset is 0 and the leader epoch -1: the leader that appends the batch patches both. The
 * records are numbered without a gap and carry their own time (CreateTime).
 *
 * <p>A batch is never larger than {@link #sizeInBytes}, compressed or not: records that a
 * compression would only make larger are stored as they are.
 */
@OwnedBy(Owner.CREATOR)
public final class RecordBatchBuilder implements AutoCloseable {
  private static final int FIRST_BYTES = 1024;
  private static final byte NO_ATTRIBUTES = 0;

  private final Compression compression;
  private final int maxBytes;
  private final BatchChecksum checksum = new BatchChecksum();
  private final @Nullable Compressor compressor;
  private byte[] plainArray;
  private ByteBuffer plain;
  private byte[] packed = new byte[0];
  private int recordCount;
  private long baseTimestamp;
  private long maxTimestamp;
  private ProducerStamp producer = ProducerStamp.NONE;

  /**
   * A builder without records.
   *
   * @param maxBytes no batch is larger, before or after compression, header included
   */
  public RecordBatchBuilder(Compression compression, int maxBytes) {
    if (maxBytes <= BatchHeader.SIZE || maxBytes > BatchCheck.LARGEST_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "a batch has %s to %s bytes, got a bound of %s"
              .formatted(BatchHeader.SIZE + 1, BatchCheck.LARGEST_BATCH_BYTES, maxBytes));
    }
    this.compression = compression;
    this.maxBytes = maxBytes;
    this.compressor = compressorOf(compression);
    this.plainArray = new byte[Math.min(FIRST_BYTES, maxBytes)];
    this.plain = ByteBuffer.wrap(plainArray);
    clear();
  }

  /**
   * The most bytes that a batch of this one record takes, header included: what a bound must be for
   * {@link #append} to take it into an empty builder.
   */
  public static int sizeOfOne(
      @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
    return Math.toIntExact(BatchHeader.SIZE + recordSize(0, 0, bodySize(key, value, headers)));
  }

  /**
   * Adds a record at the end, copying its bytes.
   *
   * @param timestampMs when the record came to be, in milliseconds since 1970
   * @param key from position to limit, which stay as they are; null is not the same as empty
   * @param value as key
   * @return false when the batch would outgrow its bound; nothing was added then
   */
  public boolean append(
      long timestampMs,
      @Nullable ByteBuffer key,
      @Nullable ByteBuffer value,
      List<RecordHeader> headers) {
    long bodySize = bodySize(key, value, headers);
    long sizeAfter = sizeWith(timestampMs, bodySize);
    if (!fits(sizeAfter, timestampMs)) {
      return false;
    }
    if (recordCount == 0) {
      baseTimestamp = timestampMs;
      maxTimestamp = timestampMs;
    }
    grow((int) sizeAfter);
    long timestampDelta = timestampMs - baseTimestamp;
    Varints.put(plain, contentSize(timestampDelta, recordCount, bodySize));
    plain.put(NO_ATTRIBUTES);
    Varints.put(plain, timestampDelta);
    Varints.put(plain, recordCount);
    Varints.putData(plain, key);
    Varints.putData(plain, value);
    Varints.put(plain, headers.size());
    for (RecordHeader header : headers) {
      header.putInto(plain);
    }
    recordCount++;
    maxTimestamp = Math.max(maxTimestamp, timestampMs);
    return true;
  }

  /** Marks the batches built from now on as those of an idempotent producer. */
  public void producer(ProducerStamp stamp) {
    producer = stamp;
  }

  /** How many records were added. */
  public int recordCount() {
    return recordCount;
  }

  /** The batch so far in bytes, before compression, header included. */
  public int sizeInBytes() {
    return plain.position();
  }

  /**
   * Finishes the batch. The builder keeps its records until it is cleared.
   *
   * @return the builder's own memory, from position to limit one batch; good until the builder is
   *     used again
   * @throws IllegalStateException when there is no record
   */
  public ByteBuffer build() {
    if (recordCount == 0) {
      throw new IllegalStateException("a batch has at least 1 record");
    }
    ByteBuffer batch = plain.duplicate().flip();
    Compression used = Compression.NONE;
    if (compressor != null) {
      int packedSize = BatchHeader.SIZE + compress(compressor);
      if (packedSize < batch.limit()) {
        batch = ByteBuffer.wrap(packed, 0, packedSize);
        used = compression;
      }
    }
    putHeader(batch, used);
    return batch;
  }

  /** Forgets the records; keeps the memory and the producer's stamp. */
  public void clear() {
    plain.clear().position(BatchHeader.SIZE);
    recordCount = 0;
  }

  /** Gives back what the compression holds; the builder is of no use afterwards. */
  @Override
  public void close() {
    clear();
    if (compressor != null) {
      compressor.close();
    }
  }

  private static @Nullable Compressor compressorOf(Compression compression) {
    return switch (compression) {
      case NONE -> null;
      case GZIP -> new GzipCompressor();
      case SNAPPY -> new SnappyCompressor();
      case LZ4 -> new Lz4Compressor();
      case ZSTD -> new ZstdCompressor();
    };
  }

  /** Fills the packed side behind the header's place, and says with how many bytes. */
  private int compress(Compressor chosen) {
    int size = sizeInBytes() - BatchHeader.SIZE;
    int needed = BatchHeader.SIZE + chosen.bound(size);
    if (packed.length < needed) {
      packed = new byte[needed];
    }
    return chosen.compress(plainArray, BatchHeader.SIZE, size, packed, BatchHeader.SIZE);
  }

  private void putHeader(ByteBuffer batch, Compression used) {
    int size = batch.limit();
    batch.putLong(0, 0);
    batch.putInt(BatchHeader.LENGTH_AT, size - BatchHeader.LENGTH_END);
    batch.putInt(BatchHeader.LEADER_EPOCH_AT, -1);
    batch.put(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    int transactional = producer.transactional() ? BatchHeader.TRANSACTIONAL_BIT : 0;
    batch.putShort(BatchHeader.ATTRIBUTES_AT, (short) (used.code() | transactional));
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA_AT, recordCount - 1);
    batch.putLong(BatchHeader.BASE_TIMESTAMP_AT, baseTimestamp);
    batch.putLong(BatchHeader.MAX_TIMESTAMP_AT, maxTimestamp);
    batch.putLong(BatchHeader.PRODUCER_ID_AT, producer.id());
    batch.putShort(BatchHeader.PRODUCER_EPOCH_AT, producer.epoch());
    batch.putInt(BatchHeader.BASE_SEQUENCE_AT, producer.baseSequence());
    batch.putInt(BatchHeader.RECORD_COUNT_AT, recordCount);
    batch.putInt(BatchHeader.CRC_AT, checksum.of(batch, 0, size));
  }

  /** Bytes of what does not depend on the record's place in the batch. */
  private static long bodySize(
      @Nullable ByteBuffer key, @Nullable ByteBuffer value, List<RecordHeader> headers) {
    long size = 1L + Varints.sizeOf(headers.size());
    size += Varints.sizeOfData(key);
    size += Varints.sizeOfData(value);
    for (RecordHeader header : headers) {
      size += header.sizeInBytes();
    }
    return size;
  }

  private static long contentSize(long timestampDelta, int offsetDelta, long bodySize) {
    return bodySize + Varints.sizeOf(timestampDelta) + Varints.sizeOf(offsetDelta);
  }

  private static long recordSize(long timestampDelta, int offsetDelta, long bodySize) {
    long content = contentSize(timestampDelta, offsetDelta, bodySize);
    return Varints.sizeOf(content) + content;
  }

  private long sizeWith(long timestampMs, long bodySize) {
    long delta = recordCount == 0 ? 0 : timestampMs - baseTimestamp;
    return sizeInBytes() + recordSize(delta, recordCount, bodySize);
  }

  /** A delta of more than 64 bits cannot be written; such a record begins another batch. */
  private boolean fits(long sizeAfter, long timestampMs) {
    boolean overflows =
        recordCount > 0
            && ((timestampMs ^ baseTimestamp) & (timestampMs ^ (timestampMs - baseTimestamp))) < 0;
    return sizeAfter <= maxBytes && !overflows;
  }

  private void grow(int needed) {
    if (needed <= plain.capacity()) {
      return;
    }
    int capacity = (int) Math.min(maxBytes, Math.max(needed, 2L * plain.capacity()));
    plainArray = Arrays.copyOf(plainArray, capacity);
    plain = ByteBuffer.wrap(plainArray).position(plain.position());
  }
}
