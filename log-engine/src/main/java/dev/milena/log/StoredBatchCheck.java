package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchChecksum;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks batches of a segment, CRC and all, and has never more than a piece of one in memory that
 * is not there anyway. A header that a disk has changed may claim a GiB: whoever took its word
 * would ask for as much at once, and a process that has not got it ends, at every start anew.
 */
@OwnedBy(Owner.CREATOR)
final class StoredBatchCheck {
  /** As much of a batch is read at once, at most. */
  static final int PIECE_BYTES = 1 << 20;

  private final BatchCheck check = BatchCheck.ofStored();
  private final BatchChecksum checksum = new BatchChecksum();

  /** Checks one that is in memory, as far as the buffer's limit. */
  BatchFault check(ByteBuffer buffer, int at) {
    return check.checkOne(buffer, at, BatchCheck.LARGEST_BATCH_BYTES);
  }

  /**
   * Checks one in the file; what its header says of its length lies within.
   *
   * @param header of the batch, from byte 0
   * @param position where the batch begins
   */
  BatchFault check(ByteBuffer header, DiskFile file, int position) throws IOException {
    int size = BatchHeader.sizeInBytes(header, 0);
    return check(header, file, position, ByteBuffer.allocate(Math.clamp(size, 1, PIECE_BYTES)));
  }

  /**
   * As the other.
   *
   * @param piece what is read comes there, again and again
   */
  BatchFault check(ByteBuffer header, DiskFile file, int position, ByteBuffer piece)
      throws IOException {
    BatchFault fault = BatchCheck.checkFrame(header, 0, BatchCheck.LARGEST_BATCH_BYTES);
    if (fault != BatchFault.NONE) {
      return fault;
    }
    int size = BatchHeader.sizeInBytes(header, 0);
    checksum.begin(header, 0);
    for (int done = BatchHeader.SIZE; done < size; done += piece.limit()) {
      piece.clear().limit(Math.min(piece.capacity(), size - done));
      WholeIo.readFully(file, piece, (long) position + done);
      checksum.add(piece.flip());
    }
    return check.checkSummed(header, 0, checksum.value());
  }
}
