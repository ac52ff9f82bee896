package dev.milena.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The file system of the machine, by way of FileChannel; no mapped memory. */
public final class JdkDisk implements Disk {
  private static final List<String> FULL = fullTexts();

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
    try {
      Files.deleteIfExists(path);
    } catch (IOException failure) {
      throw named(path, failure);
    }
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
   * strerror to tell by, which is in the language of the process.
   */
  static IOException named(Path file, IOException failure) {
    String message = String.valueOf(failure.getMessage());
    if (FULL.stream().anyMatch(message::contains)) {
      return new NoSpaceException(file + ": " + message, failure);
    }
    if (failure instanceof java.nio.file.FileSystemException) {
      return failure;
    }
    return new IOException(file + ": " + message, failure);
  }

  /** What this process calls a full device: Linux has one that is full for whoever asks. */
  private static List<String> fullTexts() {
    List<String> texts = new ArrayList<>(List.of("No space left", "quota exceeded"));
    try (FileChannel full = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
      full.write(ByteBuffer.allocate(1));
    } catch (NoSuchFileException notLinux) {
      // the English words are all there is to tell by
    } catch (IOException asExpected) {
      texts.add(String.valueOf(asExpected.getMessage()));
    }
    return List.copyOf(texts);
  }
}
