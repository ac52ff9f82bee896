package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;

/** The folder of one log: how its segments' files come and go, in an order a crash cannot hurt. */
record LogFiles(Disk disk, Path folder, IndexCache indexes, Reserve reserve) {

  /** A segment file's handle, without opening it. */
  SegmentFile handle(long baseOffset) {
    return new SegmentFile(disk, SegmentName.log(folder, baseOffset));
  }

  /**
   * Creates an empty segment and makes its name survive a power cut.
   *
   * @throws dev.milena.log.disk.NoSpaceException when the device is full; the name may survive all
   *     the same
   */
  ActiveSegment create(long baseOffset, TailIndex index) throws IOException {
    Path path = SegmentName.log(folder, baseOffset);
    DiskFile created = disk.create(path);
    try {
      WholeIo.syncDirectory(disk, folder);
    } catch (IOException failure) {
      created.close();
      WholeIo.giveBack(disk, path, failure);
      throw failure;
    }
    index.clear();
    return ActiveSegment.created(
        new SegmentFile(disk, path).leaseOpened(created), created, baseOffset, index);
  }

  /**
   * Writes both indexes, the witnesses that a segment's bytes are on the device: only after they
   * are. The offset index comes last, since recovery believes it.
   */
  void writeIndexes(IndexHeader header, OffsetIndex offsets, TimeIndex times) throws IOException {
    IndexFile.write(disk, SegmentName.timeIndex(folder, header.baseOffset()), header, times);
    IndexFile.write(disk, SegmentName.index(folder, header.baseOffset()), header, offsets);
    WholeIo.syncDirectory(disk, folder);
  }

  /**
   * Takes indexes back that a full device did not take. What a power cut leaves of them is torn,
   * and not believed, or true: the bytes they speak of were synced.
   */
  void giveBackIndexes(long baseOffset, IOException failure) {
    WholeIo.giveBack(disk, SegmentName.index(folder, baseOffset), failure);
    WholeIo.giveBack(disk, SegmentName.timeIndex(folder, baseOffset), failure);
  }

  /** Deletes what a creation that failed may have left. */
  void deleteUnused(long baseOffset) throws IOException {
    disk.delete(SegmentName.log(folder, baseOffset));
  }

  /** Deletes a segment's indexes, durably: they would bear false witness after a truncation. */
  void deleteIndexes(long baseOffset) throws IOException {
    disk.delete(SegmentName.index(folder, baseOffset));
    disk.delete(SegmentName.timeIndex(folder, baseOffset));
    WholeIo.syncDirectory(disk, folder);
  }

  /**
   * Deletes a segment; who holds a lease goes on reading. The log file goes last, so that no index
   * is ever without its log for long; recovery clears the rest away.
   */
  void delete(SegmentFile file, long baseOffset) throws IOException {
    file.keepReadable();
    indexes.forget(file);
    disk.delete(SegmentName.index(folder, baseOffset));
    disk.delete(SegmentName.timeIndex(folder, baseOffset));
    disk.delete(SegmentName.log(folder, baseOffset));
  }

  /** Makes deletions survive a power cut. */
  void sync() throws IOException {
    WholeIo.syncDirectory(disk, folder);
  }
}
