package dev.milena.broker.core.serving;

import dev.milena.log.disk.Disk;
import dev.milena.log.disk.DiskFile;
import dev.milena.log.disk.PassingDisk;
import dev.milena.log.disk.PassingFile;
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

  private final class TroubledFile extends PassingFile {
    private final Path path;

    TroubledFile(Path path, DiskFile file) {
      super(file);
      this.path = path;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      gate.pass(path);
      return super.write(source, position);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      readGate.pass(path);
      return super.read(target, position);
    }

    @Override
    public void truncate(long sizeInBytes) throws IOException {
      gate.pass(path);
      super.truncate(sizeInBytes);
    }

    @Override
    public void sync() throws IOException {
      gate.pass(path);
      super.sync();
    }
  }
}
