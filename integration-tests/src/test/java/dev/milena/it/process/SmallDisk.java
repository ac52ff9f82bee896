package dev.milena.it.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/** A file system of a few MiB in memory, to be filled to the last byte. Wants root on Linux. */
public final class SmallDisk implements AutoCloseable {
  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Skips the test where nothing can be mounted, unless CI=true promises that it can. */
  public static void assumeMountable() {
    boolean root = System.getProperty("user.name").equals("root");
    boolean ci = "true".equals(System.getenv("CI"));
    assumeTrue(root || ci, "skipped: a small disk is mounted as root; run the tests as root");
  }

  /** Mounts a new one. */
  public static SmallDisk mount(Path at, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(at);
    run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "milena-test", at.toString());
    return new SmallDisk(at);
  }

  public Path path() {
    return path;
  }

  /** Writes a ballast file until nothing fits any more. */
  public void fill() throws IOException {
    ByteBuffer block = ByteBuffer.allocate(1 << 16);
    try (FileChannel file =
        FileChannel.open(ballast(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.position(file.size());
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

  /** Takes the ballast away. */
  public void empty() throws IOException {
    Files.delete(ballast());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", path.toString());
  }

  private Path ballast() {
    return path.resolve("ballast");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Tool.run(List.of(command), Map.of(), Path.of("/dev/null")).expecting(0);
  }
}
