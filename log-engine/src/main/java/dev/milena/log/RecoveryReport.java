package dev.milena.log;

/**
 * What opening a log found and did. Whoever opened it logs this.
 *
 * @param name the log's folder
 * @param created whether there was none before
 * @param segments how many segments there are
 * @param logStart first offset that can be read
 * @param flushedEnd everything below is on the device; the log's end as well
 * @param scannedBytes bytes whose CRC was checked, all in the last segment
 * @param walkedBytes bytes whose headers alone were read, to index them anew
 * @param cutBytes bytes of a torn tail that were cut off; 0 when the tail was whole
 * @param cutReason why they were cut; empty when nothing was
 * @param rebuiltFiles how many indexes and epoch histories were made anew
 * @param deletedFiles how many leftovers of an interrupted run were deleted
 */
public record RecoveryReport(
    String name,
    boolean created,
    int segments,
    long logStart,
    long flushedEnd,
    long scannedBytes,
    long walkedBytes,
    long cutBytes,
    String cutReason,
    int rebuiltFiles,
    int deletedFiles) {
  /** Whether it was there, with nothing to look at closely and nothing to mend. */
  public boolean isAsLeft() {
    return !created
        && scannedBytes == 0
        && walkedBytes == 0
        && cutBytes == 0
        && rebuiltFiles == 0
        && deletedFiles == 0;
  }
}
