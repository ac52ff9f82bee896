package dev.milena.quorum.ratis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A small file system in memory, to be filled to the last byte. Wants root on Linux. */
final class SmallDisk implements AutoCloseable {
  /** Ratis wants 256 MiB free at a start. */
  private static final String SIZE = "size=300m";

  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Skips the test where nothing can be mounted, unless CI=true promises that it can. */
  static void assumeMountable() {
    assumeTrue(
        System.getProperty("user.name").equals("root") || "true".equals(System.getenv("CI")),
        "skipped: a small disk is mounted as root; run the tests as root");
  }

  /** Mounts a new one on a new folder. */
  static SmallDisk mount(Path path) throws IOException, InterruptedException {
    Files.createDirectories(path);
    run("mount", "-t", "tmpfs", "-o", SIZE, "milena-test", path.toString());
    return new SmallDisk(path);
  }

  /** Writes a ballast file until nothing fits any more. */
  void fill() throws IOException {
    try (FileChannel file =
        FileChannel.open(ballast(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int size = 1 << 16;
      while (size > 0) {
        try {
          file.write(ByteBuffer.allocate(size));
        } catch (IOException full) {
          size /= 2;
        }
      }
    }
  }

  /** Takes the ballast away. */
  void empty() throws IOException {
    Files.delete(ballast());
  }

  private Path ballast() {
    return path.resolve("ballast");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("umount", "-l", path.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), () -> String.join(" ", command));
    assertEquals(0, process.exitValue(), () -> String.join(" ", command));
  }
}
