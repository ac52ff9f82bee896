package dev.milena.records;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a batch's records, as far as they are at hand. Of an uncompressed batch that is all
 * of them, in the batch's own buffer. A compressed one is decompressed into an array that holds the
 * record being read and a piece of what follows, and grows only as bytes really come.
 */
@OwnedBy(Owner.CREATOR)
final class RecordWindow implements AutoCloseable {
  private static final int FIRST_BYTES = 16 * 1024;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final RecordLimits limits;
  private final Decompressors decompressors;
  private ByteBuffer bytes = NOTHING;
  private int at;
  private int end;
  private @Nullable Decompressor source;
  private byte[] array = new byte[0];
  private long outputBytes;
  private RecordFault fault = RecordFault.NONE;

  RecordWindow(RecordLimits limits) {
    this.limits = limits;
    this.decompressors = new Decompressors(limits);
  }

  /** Goes in front of the records that lie between two positions of a buffer. */
  void open(Compression compression, ByteBuffer buffer, int from, int to) {
    fault = RecordFault.NONE;
    if (compression == Compression.NONE) {
      source = null;
      bytes = buffer;
      at = from;
      end = to;
      return;
    }
    source = decompressors.open(compression, buffer, from, to);
    if (array.length == 0) {
      array = new byte[FIRST_BYTES];
    }
    bytes = ByteBuffer.wrap(array);
    at = 0;
    end = 0;
    outputBytes = 0;
  }

  /** The buffer that {@link #at} and {@link #end} are positions in; another after {@link #fill}. */
  ByteBuffer bytes() {
    return bytes;
  }

  int at() {
    return at;
  }

  int end() {
    return end;
  }

  void moveTo(int position) {
    at = position;
  }

  /** Why the bytes end where they do: the end of the batch is no fault. */
  RecordFault fault() {
    return fault;
  }

  /**
   * Sees to it that so many bytes lie behind {@link #at}, decompressing if need be. What was seen
   * before {@link #at} is given up meanwhile.
   *
   * @return how many do: fewer at the end of the batch and at a {@link #fault}
   */
  int fill(int wanted) {
    while (end - at < wanted && source != null && fault == RecordFault.NONE) {
      if (!readMore(source)) {
        break;
      }
    }
    return end - at;
  }

  @Override
  public void close() {
    source = null;
    bytes = NOTHING;
    at = 0;
    end = 0;
    array = new byte[0];
    decompressors.close();
  }

  private boolean readMore(Decompressor decompressor) {
    makeRoom();
    try {
      long allowed = limits.maxOutputBytes() - outputBytes + 1;
      int count = decompressor.read(array, end, (int) Math.min(array.length - end, allowed));
      if (count < 0) {
        return false;
      }
      end += count;
      outputBytes += count;
    } catch (CorruptCompression corrupt) {
      fault = corrupt.fault();
      return false;
    }
    if (outputBytes > limits.maxOutputBytes()) {
      fault = RecordFault.OUTPUT_TOO_LARGE;
      return false;
    }
    return true;
  }

  /** Moves what is still wanted to the front, and doubles the array when that is all of it. */
  private void makeRoom() {
    if (end < array.length) {
      return;
    }
    int wanted = end - at;
    byte[] target = at == 0 ? new byte[grownSize()] : array;
    System.arraycopy(array, at, target, 0, wanted);
    array = target;
    bytes = ByteBuffer.wrap(array);
    at = 0;
    end = wanted;
  }

  private int grownSize() {
    long mostWanted = Math.min(limits.maxRecordBytes(), limits.maxOutputBytes());
    long enough = mostWanted + Varints.MAX_INT_BYTES;
    long grown = Math.min(2L * array.length, Math.max(enough, array.length + 1L));
    return Math.clamp(grown, 0, Integer.MAX_VALUE - 8);
  }
}
