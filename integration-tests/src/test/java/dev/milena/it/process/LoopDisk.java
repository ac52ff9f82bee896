package dev.milena.it.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * An ext4 file system in a file: its power can be cut, so that all that was not synced is gone; it
 * can hang; it can be filled. Wants root on Linux.
 */
public final class LoopDisk implements AutoCloseable {
  private static final long MIB = 1 << 20;

  private final Path image;
  private final Path path;

  private LoopDisk(Path image, Path path) {
    this.image = image;
    this.path = path;
  }

  /** Skips the test where there can be none, with a line that says what is missing. */
  public static void assumePossible() throws IOException, InterruptedException {
    if (!System.getProperty("user.name").equals("root")) {
      throw Missing.needs("run the tests as root: they mount file systems");
    }
    List<String> tools =
        List.of("sh", "-c", "command -v mkfs.ext4 && command -v losetup && losetup -f");
    if (Tool.run(tools, Map.of(), Path.of("/dev/null")).exitCode() != 0) {
      throw Missing.needs("apt-get install e2fsprogs mount util-linux, and loop devices");
    }
  }

  /**
   * Makes a folder one in which disks may be mounted while processes run that have mounts of their
   * own, as those of a network namespace do: what is mounted and unmounted there is so for them.
   */
  public static void share(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    run("mount", "--bind", folder.toString(), folder.toString());
    run("mount", "--make-shared", folder.toString());
  }

  /** Undoes {@link #share}. */
  public static void unshare(Path folder) throws IOException, InterruptedException {
    run("umount", folder.toString());
  }

  /** Makes a new one under a shared folder; its file takes what was written to it. */
  public static LoopDisk create(Path folder, String name, int megabytes)
      throws IOException, InterruptedException {
    Path image = folder.resolve(name + ".ext4");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(megabytes * MIB);
    }
    run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    LoopDisk disk = new LoopDisk(image, Files.createDirectories(folder.resolve(name)));
    disk.mount();
    return disk;
  }

  private void mount() throws IOException, InterruptedException {
    run("mount", "-o", "loop", image.toString(), path.toString());
  }

  public Path path() {
    return path;
  }

  /** From now on nothing can be read or written; what was not synced is gone. */
  public void cutPower() throws IOException {
    FileSystemCalls.shutDown(path);
  }

  /** Has it back as it is after a power cut; nobody may use it. */
  public void restorePower() throws IOException, InterruptedException {
    run("umount", path.toString());
    mount();
  }

  /** From now on it can be read and not written, as after an error that the kernel met. */
  public void becomeReadOnly() throws IOException, InterruptedException {
    run("mount", "-o", "remount,abort", path.toString());
  }

  /** From now on whoever writes waits. */
  public void hang() throws IOException {
    FileSystemCalls.freeze(path);
  }

  /** Goes on. */
  public void goOn() throws IOException {
    FileSystemCalls.thaw(path);
  }

  /** Takes all space there is. */
  public void fill() throws IOException, InterruptedException {
    long free = Files.getFileStore(path).getUsableSpace();
    // Most of it at once; it is no failure that less was free by then.
    List<String> most = List.of("fallocate", "-l", Long.toString(free), ballast().toString());
    Tool.run(most, Map.of(), Path.of("/dev/null"));
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    try (FileChannel file =
        FileChannel.open(
            path.resolve("ballast-rest"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      int size = block.capacity();
      while (size > 0) {
        block.clear().limit(size);
        try {
          file.write(block);
        } catch (IOException full) {
          size /= 2;
        }
      }
    }
  }

  /** Gives it back. */
  public void empty() throws IOException {
    Files.deleteIfExists(ballast());
    Files.deleteIfExists(path.resolve("ballast-rest"));
  }

  private Path ballast() {
    return path.resolve("ballast");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", path.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Tool.run(List.of(command), Map.of(), Path.of("/dev/null")).expecting(0);
  }
}
