package dev.milena.log;

import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import java.nio.ByteBuffer;

/** What another replica gives for a batch that is lacking, before it is held against its place. */
final class GivenBatch {
  private GivenBatch() {}

  /** Why it is not one sound batch and nothing else, in words; empty when it is. */
  static String misfit(ByteBuffer batch) {
    BatchFault fault = BatchCheck.ofStored().check(batch, BatchCheck.LARGEST_BATCH_BYTES);
    if (fault != BatchFault.NONE) {
      return fault.sentence();
    }
    boolean isOne =
        batch.hasRemaining()
            && BatchHeader.sizeInBytes(batch, batch.position()) == batch.remaining();
    return isOne ? "" : "it is not one batch";
  }
}
