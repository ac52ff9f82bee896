package dev.milena.it.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That a disk in a file does what it is for. */
@Timeout(60)
class LoopDiskTest {
  private static final byte[] BYTES = {1, 2, 3};
  private static final int MIB = 32;

  @TempDir Path folder;

  private Path shared = Path.of("");
  private LoopDisk[] disks = {};

  @BeforeAll
  static void wantsRoot() throws Exception {
    LoopDisk.assumePossible();
  }

  @BeforeEach
  void mount() throws Exception {
    shared = folder.resolve("shared");
    LoopDisk.share(shared);
    disks = new LoopDisk[] {LoopDisk.create(shared, "disk", MIB)};
  }

  @AfterEach
  void unmount() throws Exception {
    for (LoopDisk disk : disks) {
      disk.close();
    }
    LoopDisk.unshare(shared);
  }

  @Test
  void aPowerCutTakesWhatWasNotSyncedAndLeavesTheRest() throws Exception {
    Path path = disks[0].path();
    write(path.resolve("synced"), true);
    write(path.resolve("not"), false);
    disks[0].cutPower();
    assertThrows(IOException.class, () -> write(path.resolve("late"), false));
    disks[0].restorePower();
    assertArrayEquals(BYTES, Files.readAllBytes(path.resolve("synced")));
    assertFalse(Files.exists(path.resolve("not")) && Files.size(path.resolve("not")) > 0);
  }

  @Test
  void nothingFitsOnAFullOneUntilItIsEmptied() throws Exception {
    Path path = disks[0].path();
    disks[0].fill();
    assertThrows(IOException.class, () -> write(path.resolve("more"), true));
    disks[0].empty();
    write(path.resolve("more"), true);
  }

  @Test
  void whoWritesToAHungOneWaitsUntilItGoesOn() throws Exception {
    Path path = disks[0].path();
    FutureTask<Void> writing =
        new FutureTask<>(() -> {
          write(path.resolve("waits"), true);
          return null;
        });
    disks[0].hang();
    try {
      Thread.ofPlatform().daemon().start(writing);
      assertThrows(TimeoutException.class, () -> writing.get(500, TimeUnit.MILLISECONDS));
    } finally {
      disks[0].goOn();
    }
    writing.get(30, TimeUnit.SECONDS);
    assertTrue(Files.exists(path.resolve("waits")));
  }

  private static void write(Path file, boolean sync) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(BYTES));
      if (sync) {
        channel.force(true);
      }
    }
  }
}
