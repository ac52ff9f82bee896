package dev.milena.records;

/**
 * How much a reader of records is ready to spend on one batch, whatever the batch claims.
 *
 * @param maxRecordBytes the largest record read; also about what a cursor keeps in memory of a
 *     compressed batch
 * @param maxOutputBytes the most that the records of one batch may decompress to; also the largest
 *     window that a zstd frame may ask for. An uncompressed batch is bounded by its own size
 */
public record RecordLimits(int maxRecordBytes, long maxOutputBytes) {
  /** Checks that both bounds are positive. */
  public RecordLimits {
    if (maxRecordBytes < 1 || maxOutputBytes < 1) {
      throw new IllegalArgumentException(
          "limits are at least 1, got " + maxRecordBytes + " and " + maxOutputBytes);
    }
  }
}
