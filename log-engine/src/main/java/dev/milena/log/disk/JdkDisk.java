package dev.milena.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The file system of the machine, by way of FileChannel; no mapped memory. */
public final class JdkDisk implements Disk {
  @Override
  public DiskFile create(Path file) throws IOException {
    try {
      return new JdkDiskFile(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException failure) {
      throw named(file, failure);
    }
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new JdkDiskFile(file, openChannel(file));
  }

  static FileChannel openChannel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    List<Path> missing = new ArrayList<>();
    Path at = directory.toAbsolutePath();
    while (at != null && !Files.isDirectory(at)) {
      missing.addFirst(at);
      at = at.getParent();
    }
    for (Path next : missing) {
      try {
        Files.createDirectories(next);
      } catch (IOException failure) {
        throw named(next, failure);
      }
      Path parent = next.getParent();
      if (parent != null) {
        syncDirectory(parent);
      }
    }
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (UncheckedIOException failure) {
      throw named(directory, new IOException(failure.getMessage(), failure));
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public long sizeInBytes(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public long usableBytes(Path directory) {
    return directory.toFile().getUsableSpace();
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw named(from, failure);
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException failure) {
      throw named(directory, failure);
    }
  }

  @Override
  public Optional<Closeable> tryLock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException heldInThisProcess) {
      channel.close();
      return Optional.empty();
    } catch (IOException failure) {
      channel.close();
      throw named(file, failure);
    }
    channel.close();
    return Optional.empty();
  }

  /**
   * Gives a failure its path and, where the device is full, its type. The JDK has only the text of
   * strerror to tell by.
   */
  static IOException named(Path file, IOException failure) {
    String message = String.valueOf(failure.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      return new NoSpaceException(file + ": " + message, failure);
    }
    if (failure instanceof java.nio.file.FileSystemException) {
      return failure;
    }
    return new IOException(file + ": " + message, failure);
  }
}
