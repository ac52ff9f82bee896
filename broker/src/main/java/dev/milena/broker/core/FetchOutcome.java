package dev.milena.broker.core;

import java.nio.ByteBuffer;
import java.util.List;

/** The answer to a {@link FetchCall}. */
public sealed interface FetchOutcome {
  /**
   * Whole batches as they are stored, perhaps none. The first may begin before the wanted offset.
   *
   * @param batches read for this answer alone: the receiver's own, to keep. Backed by an array,
   *     since a read-only buffer is copied out ten times slower
   * @param nextOffset where to read on; the start offset when there is nothing
   * @param bounds where the partition stood
   */
  record BatchesFetched(ByteBuffer batches, long nextOffset, LogBounds bounds)
      implements FetchOutcome {}

  /**
   * Decoded records from the wanted offset on, perhaps none. A batch larger than the cap on output
   * comes in pieces: {@code nextOffset} may lie within it.
   *
   * @param records in the order of their offsets
   * @param nextOffset where to read on
   * @param bounds where the partition stood
   */
  record RecordsFetched(List<PlainRecord> records, long nextOffset, LogBounds bounds)
      implements FetchOutcome {
    /** Copies the list. */
    public RecordsFetched {
      records = List.copyOf(records);
    }
  }

  /** Not answered. */
  record FetchRefused(Refusal refusal) implements FetchOutcome {}
}
