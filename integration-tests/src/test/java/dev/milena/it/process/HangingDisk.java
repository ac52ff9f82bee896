package dev.milena.it.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A file system of its own, in a file, that can be made to answer no write: who writes to it waits,
 * in a way that no signal ends, until it is thawed. Wants root on Linux.
 */
public final class HangingDisk implements AutoCloseable {
  private final Path path;
  private boolean frozen;

  private HangingDisk(Path path) {
    this.path = path;
  }

  /** Makes and mounts a new one; the file beside it takes up what is written. */
  public static HangingDisk mount(Path at, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(at);
    Path file = at.resolveSibling(at.getFileName() + ".ext4");
    run("truncate", "-s", megabytes + "M", file.toString());
    run("mkfs.ext4", "-q", "-F", file.toString());
    run("mount", "-o", "loop", file.toString(), at.toString());
    return new HangingDisk(at);
  }

  public Path path() {
    return path;
  }

  /** From now on it answers no write. */
  public void freeze() throws IOException, InterruptedException {
    run("fsfreeze", "-f", path.toString());
    frozen = true;
  }

  /** It answers what it was asked meanwhile, and everything after it. */
  public void thaw() throws IOException, InterruptedException {
    if (frozen) {
      run("fsfreeze", "-u", path.toString());
      frozen = false;
    }
  }

  /** Thaws it too: nobody who waits for it could be ended else. */
  @Override
  public void close() throws IOException, InterruptedException {
    thaw();
    run("umount", "-l", path.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Tool.run(List.of(command), Map.of(), Path.of("/dev/null")).expecting(0);
  }
}
