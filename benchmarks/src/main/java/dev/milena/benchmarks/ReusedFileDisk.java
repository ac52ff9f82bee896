package dev.milena.benchmarks;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A disk on which every segment is one and the same file, written before it is used, so that an
 * append neither waits for new pages nor leaves any behind. Good for appending and nothing else: a
 * segment read back would be another one's bytes.
 */
final class ReusedFileDisk extends PassingDisk {
  private static final int FILL_BYTES = 1 << 20;

  private final Path reused;

  ReusedFileDisk(Disk disk, Path reused, int sizeInBytes) throws IOException {
    super(disk);
    this.reused = reused;
    try (DiskFile file = disk.create(reused)) {
      ByteBuffer some = ByteBuffer.allocateDirect(FILL_BYTES);
      for (long at = 0; at < sizeInBytes; at += FILL_BYTES) {
        file.write(some.clear(), at);
      }
      file.sync();
    }
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return file.toString().endsWith(".log") ? super.open(reused) : super.create(file);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return super.open(file.toString().endsWith(".log") ? reused : file);
  }
}
