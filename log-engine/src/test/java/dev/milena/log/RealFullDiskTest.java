package dev.milena.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.milena.log.disk.JdkDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real file system of two MiB, in memory, filled to its last block. Wants root on Linux; CI=true
 * promises that it can mount.
 */
class RealFullDiskTest {
  private static final LogSettings SETTINGS =
      new LogSettings(
          64 << 10,
          1_000_000,
          new LogSettings.Index(4096, 1 << 20),
          new LogSettings.Kept(-1, 256 << 10, 86_400_000),
          1 << 20,
          TimestampType.CREATE_TIME);

  @TempDir private Path folder = Path.of("");
  private final SplittableRandom random = new SplittableRandom(1);
  private Path mounted = Path.of("");

  @BeforeEach
  void mount() throws Exception {
    boolean root = System.getProperty("user.name").equals("root");
    assumeTrue(
        root || "true".equals(System.getenv("CI")),
        "skipped: a small disk is mounted as root; run the tests as root");
    mounted = Files.createDirectories(folder.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", "size=2m", "milena-test", mounted.toString());
  }

  @AfterEach
  void unmount() throws Exception {
    if (Files.exists(mounted) && !mounted.equals(Path.of(""))) {
      run("umount", "-l", mounted.toString());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), "no end of " + List.of(command));
    assertEquals(0, process.exitValue(), "exit code of " + List.of(command));
  }

  private LogDirectory directory() throws IOException {
    return LogDirectory.open(new JdkDisk(), mounted.resolve("logs"), new UUID(3, 4));
  }

  private AppendOutcome append(PartitionLog log) {
    return log.append(LogFixtures.batch(random, 5, 1_000, 1), 0, 1);
  }

  /** Appends until the device refuses, then takes every block that is left. */
  private void fill(PartitionLog log) throws IOException {
    while (append(log) instanceof AppendOutcome.Appended) {
      assertTrue(log.offlineReason().isEmpty());
    }
    ByteBuffer block = ByteBuffer.allocate(4096);
    try (FileChannel ballast =
        FileChannel.open(
            mounted.resolve("ballast"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int bytes = block.capacity(); bytes > 0; ) {
        try {
          ballast.write(block.clear().limit(bytes));
        } catch (IOException full) {
          bytes /= 2;
        }
      }
    }
    assertEquals(0, Files.getFileStore(mounted).getUsableSpace());
    assertInstanceOf(AppendOutcome.NoSpace.class, append(log));
  }

  /** What the broker does about once a second. */
  private static void tidy(LogDirectory directory) throws IOException {
    directory.checkpoint();
    directory.reap();
  }

  @Test
  void retentionMakesRoomAndAppendsGoOn() throws Exception {
    LogDirectory directory = directory();
    PartitionLog log = directory.openLog("t-0", SETTINGS, 1).log();
    for (int round = 0; round < 3; round++) {
      fill(log);
      tidy(directory);

      assertTrue(log.retain(1, log.logEnd()) > 0);
      tidy(directory);

      assertInstanceOf(AppendOutcome.Appended.class, append(log));
    }
    assertEquals(128 << 10, Files.size(mounted.resolve("logs").resolve(Reserve.NAME)));
  }

  @Test
  void deletingATopicMakesRoomAndAppendsGoOn() throws Exception {
    LogDirectory directory = directory();
    PartitionLog goes = directory.openLog("goes-0", SETTINGS, 1).log();
    PartitionLog keeps = directory.openLog("keeps-0", SETTINGS, 1).log();
    append(keeps);
    fill(goes);
    assertInstanceOf(AppendOutcome.NoSpace.class, append(keeps));

    directory.deleteLog(goes);
    tidy(directory);

    assertInstanceOf(AppendOutcome.Appended.class, append(keeps));
    assertEquals(List.of("keeps-0"), directory.logs());
  }

  @Test
  void aFullNodeStopsInGoodOrderStartsAndMakesRoom() throws Exception {
    LogDirectory first = directory();
    first.beginIncarnation(new UUID(0, 1));
    PartitionLog log = first.openLog("t-0", SETTINGS, 1).log();
    fill(log);
    long end = log.logEnd();
    log.close();
    first.close();

    LogDirectory again = directory();
    assertTrue(again.wasClosedCleanly());
    again.beginIncarnation(new UUID(0, 2));
    PartitionLog reopened = again.openLog("t-0", SETTINGS, 1).log();
    assertEquals(end, reopened.logEnd());
    assertTrue(reopened.retain(1, end) > 0);
    tidy(again);

    assertInstanceOf(AppendOutcome.Appended.class, append(reopened));
  }
}
