package dev.milena.log.disk;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file on a {@link MarkedDisk}. Appends come through here: nothing is allocated. */
@OwnedBy(Owner.ANY_THREAD)
final class MarkedFile implements DiskFile {
  private final DiskFile below;
  private final OutstandingCalls outstanding;

  MarkedFile(DiskFile below, OutstandingCalls outstanding) {
    this.below = below;
    this.outstanding = outstanding;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    int place = outstanding.begin("write");
    try {
      return below.write(source, position);
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int place = outstanding.begin("read");
    try {
      return below.read(target, position);
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public long sizeInBytes() throws IOException {
    int place = outstanding.begin("look up");
    try {
      return below.sizeInBytes();
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public void truncate(long sizeInBytes) throws IOException {
    int place = outstanding.begin("truncate");
    try {
      below.truncate(sizeInBytes);
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public void sync() throws IOException {
    int place = outstanding.begin("sync");
    try {
      below.sync();
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public void close() throws IOException {
    int place = outstanding.begin("close");
    try {
      below.close();
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public String toString() {
    return below.toString();
  }
}
