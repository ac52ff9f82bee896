package dev.milena.log.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files and folders as the log needs them. {@link JdkDisk} is the real one; the tests' SimDisk is
 * its lying twin, which loses, tears and refuses whatever POSIX allows to be lost, torn or refused.
 *
 * <p>What survives a power cut: the bytes of a file as of its last {@link DiskFile#sync}, and the
 * names in a folder as of its last {@link #syncDirectory}. Nothing else is promised: a created,
 * renamed or deleted name may come back as it was until its folder is synced, in any order.
 *
 * <p>Any thread may call any method. A full device is a {@link NoSpaceException}; every other
 * failure is an {@link IOException} whose message names the path.
 */
public interface Disk {
  /** Creates a file that must not be there yet, for reading and writing. */
  DiskFile create(Path file) throws IOException;

  /**
   * Opens a file that must be there, for reading and writing.
   *
   * @throws java.nio.file.NoSuchFileException when it is not
   */
  DiskFile open(Path file) throws IOException;

  /** Creates a folder and its parents, each synced into the one above; present ones are fine. */
  void createDirectories(Path directory) throws IOException;

  /** The names of the files and folders in a folder, sorted. */
  List<String> list(Path directory) throws IOException;

  /** Whether a file or folder of this name is there. */
  boolean exists(Path path) throws IOException;

  /** The length of a file in bytes, without opening it. */
  long sizeInBytes(Path file) throws IOException;

  /** Bytes that may still be written on a folder's device, as far as it can tell. */
  long usableBytes(Path directory) throws IOException;

  /** Gives a file or folder another name in the same file system, atomically replacing a file. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file or an empty folder; one that is not there is fine. */
  void delete(Path path) throws IOException;

  /** Makes the names in a folder survive a power cut. */
  void syncDirectory(Path directory) throws IOException;

  /**
   * Takes the lock on a file, which is created if need be, for as long as the answer stays open.
   *
   * @return empty when another process, or another owner in this one, holds it
   */
  Optional<Closeable> tryLock(Path file) throws IOException;
}
