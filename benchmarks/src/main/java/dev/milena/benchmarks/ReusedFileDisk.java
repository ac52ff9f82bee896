package dev.milena.benchmarks;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A disk on which every segment is one and the same file, written before it is used, so that an
 * append neither waits for new pages nor leaves any behind. Good for appending and nothing else: a
 * segment read back would be another one's bytes.
 */
final class ReusedFileDisk implements Disk {
  private static final int FILL_BYTES = 1 << 20;

  private final Disk disk;
  private final Path reused;

  ReusedFileDisk(Disk disk, Path reused, int sizeInBytes) throws IOException {
    this.disk = disk;
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
    return file.toString().endsWith(".log") ? disk.open(reused) : disk.create(file);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return disk.open(file.toString().endsWith(".log") ? reused : file);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    return disk.exists(path);
  }

  @Override
  public long sizeInBytes(Path file) throws IOException {
    return disk.sizeInBytes(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    disk.delete(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    disk.syncDirectory(directory);
  }

  @Override
  public Optional<Closeable> tryLock(Path file) throws IOException {
    return disk.tryLock(file);
  }
}
