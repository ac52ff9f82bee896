package dev.milena.records;

import java.nio.ByteBuffer;

/**
 * Checks that the records inside a producer's batch are what its header says: as many, with dense
 * offsets, each well formed, and within the limits once decompressed. {@link BatchCheck} comes
 * first. A lie that is stored would stand in the way of every reader that wants decoded records.
 *
 * <p>For an uncompressed batch this walks over lengths and copies nothing; a compressed one is
 * decompressed and thrown away.
 */
@OwnedBy(Owner.CREATOR)
public final class RecordCheck implements AutoCloseable {
  private final RecordCursor cursor;

  /** A check that spends at most so much on a batch. */
  public RecordCheck(RecordLimits limits) {
    this.cursor = new RecordCursor(limits);
  }

  /**
   * Looks at every record of the batch that begins at a position.
   *
   * @param buffer holds the whole batch, checked with {@link BatchCheck#ofProduced}
   */
  public RecordFault check(ByteBuffer buffer, int at) {
    cursor.open(buffer, at);
    long wanted = BatchHeader.baseOffset(buffer, at);
    while (cursor.next()) {
      if (cursor.offset() != wanted) {
        return RecordFault.BAD_OFFSET_DELTA;
      }
      wanted++;
    }
    return cursor.fault();
  }

  /** Gives back what compressions hold; the check can be used again. */
  @Override
  public void close() {
    cursor.close();
  }
}
