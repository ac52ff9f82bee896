package dev.milena.log;

import dev.milena.log.disk.DiskFile;
import dev.milena.records.BatchCheck;
import dev.milena.records.BatchFault;
import dev.milena.records.BatchHeader;
import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads what lies behind the flushed end, checks it byte by byte, and stops at the first batch that
 * is not whole or does not follow from the one before it.
 */
@OwnedBy(Owner.CREATOR)
final class TailScan {
  private static final int WINDOW_BYTES = 1 << 20;

  private final DiskFile file;
  private final int fileBytes;
  private final TailBuild build;
  private final EpochHistory epochs;
  private final BatchCheck check = BatchCheck.ofStored();
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private int windowAt;

  TailScan(DiskFile file, int fileBytes, TailBuild build, EpochHistory epochs) {
    this.file = file;
    this.fileBytes = fileBytes;
    this.build = build;
    this.epochs = epochs;
  }

  /**
   * Goes on to the end of the file or the first fault; the build then ends in front of it.
   *
   * @return what is wrong there in words, empty when the whole file is good
   */
  String run() throws IOException {
    while (build.sizeInBytes() < fileBytes) {
      int at = load(build.sizeInBytes());
      BatchFault fault = check.checkOne(window, at, BatchCheck.LARGEST_BATCH_BYTES);
      if (fault != BatchFault.NONE) {
        return fault.sentence();
      }
      String misplaced = misplaced(at);
      if (!misplaced.isEmpty()) {
        return misplaced;
      }
      epochs.assign(BatchHeader.partitionLeaderEpoch(window, at), build.endOffset());
      build.note(
          BatchHeader.maxTimestamp(window, at),
          BatchHeader.sizeInBytes(window, at),
          BatchHeader.endOffset(window, at));
    }
    return "";
  }

  private String misplaced(int at) {
    long base = BatchHeader.baseOffset(window, at);
    if (base != build.endOffset()) {
      return "base offset is " + base + " where " + build.endOffset() + " belongs";
    }
    int epoch = BatchHeader.partitionLeaderEpoch(window, at);
    if (epoch < 0 || epoch < epochs.lastEpoch()) {
      return "leader epoch is " + epoch + " after " + epochs.lastEpoch();
    }
    return "";
  }

  /** Has the window hold the whole batch at a position, or all that the file has of it. */
  private int load(int position) throws IOException {
    int at = position - windowAt;
    if (position >= windowAt && holdsWhole(at)) {
      return at;
    }
    read(position);
    if (holdsWhole(0)
        || BatchCheck.checkFrame(window, 0, BatchCheck.LARGEST_BATCH_BYTES) != BatchFault.NONE) {
      return 0;
    }
    int wanted = Math.min(BatchHeader.sizeInBytes(window, 0), fileBytes - position);
    if (wanted > window.capacity()) {
      window = ByteBuffer.allocate(wanted);
      read(position);
    }
    return 0;
  }

  private boolean holdsWhole(int at) {
    return BatchCheck.checkFrame(
                window, Math.min(at, window.limit()), BatchCheck.LARGEST_BATCH_BYTES)
            == BatchFault.NONE
        && BatchHeader.sizeInBytes(window, at) <= window.limit() - at;
  }

  private void read(int position) throws IOException {
    window.clear().limit(Math.min(window.capacity(), fileBytes - position));
    WholeIo.readFully(file, window, position);
    window.flip();
    windowAt = position;
  }
}
