package dev.milena.log.disk;

import dev.milena.records.OwnedBy;
import dev.milena.records.Owner;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A disk of which it is known what it has not answered yet: every call to it is marked. */
@OwnedBy(Owner.ANY_THREAD)
public final class MarkedDisk implements Disk {
  private final Disk below;
  private final OutstandingCalls outstanding;

  /**
   * Marks what is asked of another.
   *
   * @param below which does it
   */
  public MarkedDisk(Disk below, OutstandingCalls outstanding) {
    this.below = below;
    this.outstanding = outstanding;
  }

  /** A call that answers something. */
  private interface Asked<T> {
    T ask() throws IOException;
  }

  /** A call that answers nothing. */
  private interface Done {
    void make() throws IOException;
  }

  private void mark(String what, Done call) throws IOException {
    int place = outstanding.begin(what);
    try {
      call.make();
    } finally {
      outstanding.over(place);
    }
  }

  private <T> T marked(String what, Asked<T> call) throws IOException {
    int place = outstanding.begin(what);
    try {
      return call.ask();
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return marked("create", () -> new MarkedFile(below.create(file), outstanding));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return marked("open", () -> new MarkedFile(below.open(file), outstanding));
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    mark("create", () -> below.createDirectories(directory));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return marked("list", () -> below.list(directory));
  }

  @Override
  public boolean exists(Path path) throws IOException {
    return marked("look up", () -> below.exists(path));
  }

  @Override
  public long sizeInBytes(Path file) throws IOException {
    return marked("look up", () -> below.sizeInBytes(file));
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return marked("look up", () -> below.usableBytes(directory));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    mark("rename", () -> below.rename(from, to));
  }

  @Override
  public void delete(Path path) throws IOException {
    mark("delete", () -> below.delete(path));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    mark("sync", () -> below.syncDirectory(directory));
  }

  @Override
  public Optional<Closeable> tryLock(Path file) throws IOException {
    return marked("lock", () -> below.tryLock(file));
  }
}
