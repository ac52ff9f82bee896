package dev.milena.log;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;

/** Adds up what a recovery reads, cuts, makes anew and deletes. */
@OwnedBy(Owner.CREATOR)
final class RecoveryCount {
  private boolean created;
  private long scannedBytes;
  private long walkedBytes;
  private long cutBytes;
  private String cutReason = "";
  private int rebuiltFiles;
  private int deletedFiles;

  void created() {
    created = true;
  }

  void scanned(long bytes) {
    scannedBytes += bytes;
  }

  void walked(long bytes) {
    walkedBytes += bytes;
  }

  void cut(long bytes, String reason) {
    cutBytes += bytes;
    cutReason = reason;
  }

  void rebuilt() {
    rebuiltFiles++;
  }

  void deleted() {
    deletedFiles++;
  }

  int deletedFiles() {
    return deletedFiles;
  }

  RecoveryReport report(String name, int segments, long logStart, long flushedEnd) {
    return new RecoveryReport(
        name,
        created,
        segments,
        logStart,
        flushedEnd,
        scannedBytes,
        walkedBytes,
        cutBytes,
        cutReason,
        rebuiltFiles,
        deletedFiles);
  }
}
