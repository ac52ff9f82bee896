package dev.milena.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes every call on to another file; a subclass steps in where it wants to. */
public abstract class PassingFile implements DiskFile {
  private final DiskFile file;

  /** In front of an open file. */
  protected PassingFile(DiskFile file) {
    this.file = file;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return file.write(source, position);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return file.read(target, position);
  }

  @Override
  public long sizeInBytes() throws IOException {
    return file.sizeInBytes();
  }

  @Override
  public void truncate(long sizeInBytes) throws IOException {
    file.truncate(sizeInBytes);
  }

  @Override
  public void sync() throws IOException {
    file.sync();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
