package dev.milena.records;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Computes the CRC32C of batches, one after another, without allocating. */
@OwnedBy(Owner.CREATOR)
public final class BatchChecksum {
  private final CRC32C crc = new CRC32C();

  /**
   * The checksum that belongs into the header of a batch.
   *
   * <p>The buffer's position and limit are moved meanwhile and put back, since a view of the buffer
   * for each batch would be garbage on the append path.
   *
   * @param buffer heap or direct
   * @param at where the batch begins
   * @param sizeInBytes the whole batch; all of it must lie within the buffer's capacity
   */
  public int of(ByteBuffer buffer, int at, int sizeInBytes) {
    crc.reset();
    update(buffer, at + BatchHeader.ATTRIBUTES_AT, at + sizeInBytes);
    return value();
  }

  /** Begins with the header of a batch that is not in memory as a whole. */
  public void begin(ByteBuffer buffer, int at) {
    crc.reset();
    update(buffer, at + BatchHeader.ATTRIBUTES_AT, at + BatchHeader.SIZE);
  }

  /** Goes on with what remains of a piece, which stays as it is. */
  public void add(ByteBuffer piece) {
    update(piece, piece.position(), piece.limit());
  }

  /** As {@link #of}, of what was begun and added. */
  public int value() {
    return (int) crc.getValue();
  }

  private void update(ByteBuffer buffer, int from, int to) {
    int position = buffer.position();
    int limit = buffer.limit();
    try {
      buffer.limit(to).position(from);
      crc.update(buffer);
    } finally {
      buffer.limit(limit).position(position);
    }
  }
}
