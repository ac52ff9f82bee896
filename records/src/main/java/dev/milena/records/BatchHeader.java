package dev.milena.records;

import java.nio.ByteBuffer;

/**
 * The fixed 61 bytes at the front of a Kafka v2 record batch, read and patched in place.
 *
 * <pre>
 *   byte  0  i64  base offset             57  i32  record count
 *         8  i32  length after this field 61  ...  records
 *        12  i32  partition leader epoch
 *        16  i8   magic = 2
 *        17  u32  CRC32C over [21, end)
 *        21  i16  attributes: bits 0-2 compression, 3 timestamp is the log's, 4 transactional,
 *                 5 control, 6 base timestamp is a delete horizon
 *        23  i32  last offset delta
 *        27  i64  base timestamp, ms
 *        35  i64  max timestamp, ms
 *        43  i64  producer id
 *        51  i16  producer epoch
 *        53  i32  base sequence
 * </pre>
 *
 * <p>All accessors take the absolute position of the batch in the buffer and leave the buffer's own
 * position alone. They check nothing: {@link BatchCheck} must have found the batch whole, or the
 * caller knows that {@link #SIZE} bytes are there. Buffers are big-endian, as a fresh one is.
 *
 * <p>Base offset and leader epoch lie in front of what the CRC covers, so that a broker sets them
 * without touching the rest; docs/FORMAT.md has a worked example.
 */
public final class BatchHeader {
  /** Bytes in front of the first record. */
  public static final int SIZE = 61;

  /** Bytes in front of what the length field counts: base offset and the length itself. */
  public static final int LENGTH_END = 12;

  /** Bytes needed to read base offset, length, leader epoch and magic. */
  public static final int MAGIC_END = 17;

  /** The only format stored and served. */
  public static final byte MAGIC = 2;

  /** Producer id, epoch and sequence of a batch from a producer without idempotence. */
  public static final int NO_PRODUCER = -1;

  /** A timestamp that was never set. */
  public static final long NO_TIMESTAMP = -1;

  static final int LENGTH_AT = 8;
  static final int LEADER_EPOCH_AT = 12;
  static final int MAGIC_AT = 16;
  static final int CRC_AT = 17;

  /** First byte that the CRC covers. */
  static final int ATTRIBUTES_AT = 21;

  static final int LAST_OFFSET_DELTA_AT = 23;
  static final int BASE_TIMESTAMP_AT = 27;
  static final int MAX_TIMESTAMP_AT = 35;
  static final int PRODUCER_ID_AT = 43;
  static final int PRODUCER_EPOCH_AT = 51;
  static final int BASE_SEQUENCE_AT = 53;
  static final int RECORD_COUNT_AT = 57;

  static final int COMPRESSION_MASK = 0b111;
  static final int LOG_APPEND_TIME_BIT = 1 << 3;
  static final int TRANSACTIONAL_BIT = 1 << 4;
  static final int CONTROL_BIT = 1 << 5;

  private BatchHeader() {}

  /** Offset of the first record, or of where it was before compaction took it. */
  public static long baseOffset(ByteBuffer buffer, int at) {
    return buffer.getLong(at);
  }

  /** The whole batch in bytes, header included. */
  public static int sizeInBytes(ByteBuffer buffer, int at) {
    return LENGTH_END + buffer.getInt(at + LENGTH_AT);
  }

  /** Epoch of the leader that appended the batch; -1 on its way from a producer. */
  public static int partitionLeaderEpoch(ByteBuffer buffer, int at) {
    return buffer.getInt(at + LEADER_EPOCH_AT);
  }

  /** Version of the format. */
  public static byte magic(ByteBuffer buffer, int at) {
    return buffer.get(at + MAGIC_AT);
  }

  /** CRC32C as stored; an unsigned number in an int. */
  public static int crc(ByteBuffer buffer, int at) {
    return buffer.getInt(at + CRC_AT);
  }

  /** The attribute bits. */
  public static short attributes(ByteBuffer buffer, int at) {
    return buffer.getShort(at + ATTRIBUTES_AT);
  }

  /** Code of the compression, 0 to 7; {@link Compression#isKnown} says whether it exists. */
  public static int compressionCode(ByteBuffer buffer, int at) {
    return attributes(buffer, at) & COMPRESSION_MASK;
  }

  /** Whether {@link #maxTimestamp} is the broker's time of append and holds for every record. */
  public static boolean isLogAppendTime(ByteBuffer buffer, int at) {
    return (attributes(buffer, at) & LOG_APPEND_TIME_BIT) != 0;
  }

  /** Whether the batch is part of a transaction. */
  public static boolean isTransactional(ByteBuffer buffer, int at) {
    return (attributes(buffer, at) & TRANSACTIONAL_BIT) != 0;
  }

  /** Whether the batch holds a transaction's end marker instead of data; never from a client. */
  public static boolean isControl(ByteBuffer buffer, int at) {
    return (attributes(buffer, at) & CONTROL_BIT) != 0;
  }

  /** Offset of the last record minus base offset; stays when compaction takes records out. */
  public static int lastOffsetDelta(ByteBuffer buffer, int at) {
    return buffer.getInt(at + LAST_OFFSET_DELTA_AT);
  }

  /** What the records' timestamp deltas are relative to, in milliseconds. */
  public static long baseTimestamp(ByteBuffer buffer, int at) {
    return buffer.getLong(at + BASE_TIMESTAMP_AT);
  }

  /** The latest timestamp of the records in milliseconds, as the producer or the log says. */
  public static long maxTimestamp(ByteBuffer buffer, int at) {
    return buffer.getLong(at + MAX_TIMESTAMP_AT);
  }

  /** Id of the idempotent producer, or {@link #NO_PRODUCER}. */
  public static long producerId(ByteBuffer buffer, int at) {
    return buffer.getLong(at + PRODUCER_ID_AT);
  }

  /** Epoch of the idempotent producer, or {@link #NO_PRODUCER}. */
  public static short producerEpoch(ByteBuffer buffer, int at) {
    return buffer.getShort(at + PRODUCER_EPOCH_AT);
  }

  /** Sequence number of the first record, or {@link #NO_PRODUCER}. */
  public static int baseSequence(ByteBuffer buffer, int at) {
    return buffer.getInt(at + BASE_SEQUENCE_AT);
  }

  /** How many records are inside; fewer than the offsets covered after compaction. */
  public static int recordCount(ByteBuffer buffer, int at) {
    return buffer.getInt(at + RECORD_COUNT_AT);
  }

  /** The offset after the last one that the batch covers. */
  public static long endOffset(ByteBuffer buffer, int at) {
    return baseOffset(buffer, at) + lastOffsetDelta(buffer, at) + 1;
  }

  /**
   * Gives the batch its place in the log. The CRC stays true, since it covers neither field.
   *
   * @param at where the batch begins in the buffer
   * @param baseOffset offset of the first record
   * @param leaderEpoch epoch of the leader that appends
   */
  public static void patch(ByteBuffer buffer, int at, long baseOffset, int leaderEpoch) {
    buffer.putLong(at, baseOffset);
    buffer.putInt(at + LEADER_EPOCH_AT, leaderEpoch);
  }

  /**
   * Numbers the batch as its producer's.
   *
   * @param checksum writes the CRC anew; the batch's size must be true
   */
  public static void stampProducer(
      ByteBuffer buffer, int at, ProducerStamp stamp, BatchChecksum checksum) {
    buffer.putLong(at + PRODUCER_ID_AT, stamp.id());
    buffer.putShort(at + PRODUCER_EPOCH_AT, stamp.epoch());
    buffer.putInt(at + BASE_SEQUENCE_AT, stamp.baseSequence());
    buffer.putInt(at + CRC_AT, checksum.of(buffer, at, sizeInBytes(buffer, at)));
  }

  /**
   * Makes the time of append the timestamp of every record (message.timestamp.type=LogAppendTime).
   * Base timestamp and deltas stay as they were: readers ignore them under this attribute.
   *
   * @param timeMs the broker's clock
   * @param checksum writes the CRC anew; the batch's size must be true
   */
  public static void stampLogAppendTime(
      ByteBuffer buffer, int at, long timeMs, BatchChecksum checksum) {
    int attributes = attributes(buffer, at) | LOG_APPEND_TIME_BIT;
    buffer.putShort(at + ATTRIBUTES_AT, (short) attributes);
    buffer.putLong(at + MAX_TIMESTAMP_AT, timeMs);
    buffer.putInt(at + CRC_AT, checksum.of(buffer, at, sizeInBytes(buffer, at)));
  }
}
