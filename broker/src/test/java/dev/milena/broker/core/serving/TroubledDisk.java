package dev.milena.broker.core.serving;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A disk whose changes go past a gate first, which may fail or hold up those of some paths: so one
 * of several disks can be in trouble while others are well.
 */
final class TroubledDisk extends PassingDisk {
  private volatile Gate gate = path -> {};
  private volatile Gate readGate = path -> {};

  /** Called before each change of a path, or each read of one, on the thread that makes it. */
  @FunctionalInterface
  interface Gate {
    /** Returns when the call may be made. */
    void pass(Path path) throws IOException;
  }

  TroubledDisk(Disk disk) {
    super(disk);
  }

  /** Changes go past it from now on. */
  void trouble(Gate trouble) {
    gate = trouble;
  }

  /** Reads go past it from now on. */
  void troubleReads(Gate trouble) {
    readGate = trouble;
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    gate.pass(file);
    return new TroubledFile(file, super.create(file));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new TroubledFile(file, super.open(file));
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    gate.pass(directory);
    super.createDirectories(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    gate.pass(from);
    super.rename(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    gate.pass(path);
    super.delete(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    gate.pass(directory);
    super.syncDirectory(directory);
  }

  private final class TroubledFile implements DiskFile {
    private final Path path;
    private final DiskFile file;

    TroubledFile(Path path, DiskFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      gate.pass(path);
      return file.write(source, position);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      readGate.pass(path);
      return file.read(target, position);
    }

    @Override
    public long sizeInBytes() throws IOException {
      return file.sizeInBytes();
    }

    @Override
    public void truncate(long sizeInBytes) throws IOException {
      gate.pass(path);
      file.truncate(sizeInBytes);
    }

    @Override
    public void sync() throws IOException {
      gate.pass(path);
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
