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
    int place = outstanding.begin("create");
    try {
      below.createDirectories(directory);
    } finally {
      outstanding.over(place);
    }
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
    int place = outstanding.begin("rename");
    try {
      below.rename(from, to);
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    int place = outstanding.begin("delete");
    try {
      below.delete(path);
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    int place = outstanding.begin("sync");
    try {
      below.syncDirectory(directory);
    } finally {
      outstanding.over(place);
    }
  }

  @Override
  public Optional<Closeable> tryLock(Path file) throws IOException {
    return marked("lock", () -> below.tryLock(file));
  }
}
