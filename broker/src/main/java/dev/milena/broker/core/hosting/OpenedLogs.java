package dev.milena.broker.core.hosting;

import dev.milena.log.RecoveryReport;

/**
 * What opening logs has come to: a start opens thousands, and is told of in one sum. Pure; times
 * are of the monotonic clock, in milliseconds.
 *
 * @param logs how many were opened
 * @param created how many of them were made
 * @param cut of how many a torn tail was cut off
 * @param mendedFiles indexes and epoch histories that were made anew, and leftovers deleted
 * @param bytes of them that were read
 * @param beganMs when the first was begun
 * @param endedMs when the last was open
 */
public record OpenedLogs(
    int logs, int created, int cut, int mendedFiles, Bytes bytes, long beganMs, long endedMs) {
  /** None yet. */
  static final OpenedLogs NONE =
      new OpenedLogs(0, 0, 0, 0, new Bytes(0, 0), Long.MAX_VALUE, Long.MIN_VALUE);

  /**
   * What was read.
   *
   * @param scanned with a check of their CRC
   * @param walked headers alone, to index them anew
   */
  public record Bytes(long scanned, long walked) {}

  /** The same with one more. */
  OpenedLogs with(RecoveryReport report, long beganMs, long endedMs) {
    return new OpenedLogs(
        logs + 1,
        created + (report.created() ? 1 : 0),
        cut + (report.cutBytes() > 0 ? 1 : 0),
        mendedFiles + report.rebuiltFiles() + report.deletedFiles(),
        new Bytes(bytes.scanned + report.scannedBytes(), bytes.walked + report.walkedBytes()),
        Math.min(this.beganMs, beganMs),
        Math.max(this.endedMs, endedMs));
  }

  /** From the first to the last, in milliseconds. */
  public long ms() {
    return logs == 0 ? 0 : endedMs - beganMs;
  }
}
