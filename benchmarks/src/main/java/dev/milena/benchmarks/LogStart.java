package dev.milena.benchmarks;

import dev.milena.log.AppendOutcome;
import dev.milena.log.GroupFlush;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogSettings;
import dev.milena.log.OpenedLog;
import dev.milena.log.PartitionLog;
import dev.milena.log.disk.JdkDisk;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * How long a large log takes to open, after an orderly stop and after a kill:
 *
 * <pre>
 *   LogStart DIR fill GIGABYTES BATCH_BYTES   writes a log, flushing and checkpointing as it goes
 *   LogStart DIR clean | killed               opens it, prints, and ends it that way for the next
 * </pre>
 *
 * <p>fill ends as a kill would: without closing anything.
 */
public final class LogStart {
  private static final int RECORD_BYTES = 1024;
  private static final int FLUSH_EVERY_BYTES = 64 << 20;

  private LogStart() {}

  /** See above. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    if (arguments[1].equals("fill")) {
      fill(root, Long.parseLong(arguments[2]) << 30, Integer.parseInt(arguments[3]));
    } else {
      open(root, arguments[1].equals("clean"));
    }
    // No handle is closed and no hook runs: the process ends as if it had been killed.
    Runtime.getRuntime().halt(0);
  }

  private static void open(Path root, boolean cleanly) throws IOException {
    long began = System.nanoTime();
    LogDirectory directory = LogDirectory.open(new JdkDisk(), root, new UUID(1, 1));
    OpenedLog opened = directory.openLog("large-0", LogSettings.DEFAULTS, 1);
    long tookMs = (System.nanoTime() - began) / 1_000_000;
    System.out.printf(
        "opened %d bytes in %d ms, closed cleanly before: %s, %s%n",
        opened.log().sizeInBytes(), tookMs, directory.wasClosedCleanly(), opened.report());
    if (cleanly) {
      opened.log().close();
      directory.close();
    }
  }

  private static void fill(Path root, long bytes, int batchBytes) throws IOException {
    LogDirectory directory = LogDirectory.open(new JdkDisk(), root, new UUID(1, 1));
    PartitionLog log = directory.openLog("large-0", LogSettings.DEFAULTS, 1).log();
    GroupFlush flush = GroupFlush.byHand();
    ByteBuffer batch = batch(batchBytes);
    while (log.sizeInBytes() < bytes) {
      AppendOutcome outcome = log.append(batch, 0, 1);
      if (!(outcome instanceof AppendOutcome.Appended)) {
        throw new IOException(outcome.toString());
      }
      if (log.unflushedBytes() > FLUSH_EVERY_BYTES) {
        directory.checkpoint();
        flush.request(log, log::apply);
        flush.runRound();
      }
    }
  }

  private static ByteBuffer batch(int batchBytes) {
    SplittableRandom random = new SplittableRandom(1);
    RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, batchBytes);
    byte[] value = new byte[RECORD_BYTES];
    random.nextBytes(value);
    while (builder.append(1, null, ByteBuffer.wrap(value), List.of())) {
      random.nextBytes(value);
    }
    return builder.build();
  }
}
