package dev.milena.log;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.PassingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Has too many open files for a moment: one call to a log's bytes fails, and the next does not. */
final class EmfileDisk extends PassingDisk {
  private int failingRead;
  private int failingOpen;

  EmfileDisk(Disk disk) {
    super(disk);
  }

  /** Has a read fail that comes: the first, the second ... */
  void failRead(int number) {
    failingRead = number;
  }

  /** Has a segment fail to open, the first that is opened or a later one. */
  void failOpen(int number) {
    failingOpen = number;
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    if (file.toString().endsWith(SegmentName.LOG) && --failingOpen == 0) {
      throw new FileSystemException(file.toString(), null, "Too many open files");
    }
    return new PassingFile(super.open(file)) {
      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        if (--failingRead == 0) {
          throw new FileSystemException(file.toString(), null, "Too many open files");
        }
        return super.read(target, position);
      }
    };
  }
}
