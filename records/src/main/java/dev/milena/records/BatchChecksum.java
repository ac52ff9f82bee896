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
    int position = buffer.position();
    int limit = buffer.limit();
    crc.reset();
    try {
      buffer.limit(at + sizeInBytes).position(at + BatchHeader.ATTRIBUTES_AT);
      crc.update(buffer);
    } finally {
      buffer.limit(limit).position(position);
    }
    return (int) crc.getValue();
  }
}
