package dev.milena.benchmarks;

import dev.milena.log.AppendOutcome;
import dev.milena.log.LogDirectory;
import dev.milena.log.LogSettings;
import dev.milena.log.PartitionLog;
import dev.milena.log.disk.JdkDisk;
import dev.milena.records.Compression;
import dev.milena.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One partition's append of one batch at a time, as its loop does it: check, patch, write, index.
 * Nothing is flushed but at a roll, once a GiB. The time of an operation is that of one batch.
 *
 * <p>The segment's file is used again ({@link ReusedFileDisk}), so that what is measured is the
 * append and not the file system finding pages. A directory on tmpfs leaves the disk out too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class AppendBenchmark {
  private static final int RECORD_BYTES = 1024;

  /** Where the log lies; a folder of its own is made there. */
  @Param("/dev/shm")
  String directory = "";

  /** Bytes of a batch, at most. */
  @Param("65536")
  int batchBytes;

  /** Whether the batch lies outside the heap, as one from a connection does. */
  @Param({"true", "false"})
  boolean direct;

  private Path folder = Path.of("");
  private ByteBuffer batch = ByteBuffer.allocate(0);

  @SuppressWarnings("NullAway.Init") // JMH calls open before anything else
  private LogDirectory logs;

  @SuppressWarnings("NullAway.Init")
  private PartitionLog log;

  /** Makes the batch, the file and the log. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    folder = Files.createTempDirectory(Path.of(directory), "milena-append-");
    batch = batch();
    ReusedFileDisk disk = new ReusedFileDisk(new JdkDisk(), folder.resolve("reused"), 1 << 30);
    logs = LogDirectory.open(disk, folder.resolve("logs"), new UUID(1, 1));
    log = logs.openLog("append-0", LogSettings.DEFAULTS.withRetention(-1, 1), 1).log();
  }

  private ByteBuffer batch() {
    SplittableRandom random = new SplittableRandom(1);
    RecordBatchBuilder builder = new RecordBatchBuilder(Compression.NONE, batchBytes);
    byte[] value = new byte[RECORD_BYTES];
    random.nextBytes(value);
    while (builder.append(1, null, ByteBuffer.wrap(value), List.of())) {
      random.nextBytes(value);
    }
    ByteBuffer built = builder.build();
    ByteBuffer made =
        direct
            ? ByteBuffer.allocateDirect(built.remaining())
            : ByteBuffer.allocate(built.remaining());
    return made.put(built).flip();
  }

  /** Appends the batch. */
  @Benchmark
  public AppendOutcome append() throws IOException {
    AppendOutcome outcome = log.append(batch, 0, 1);
    if (!(outcome instanceof AppendOutcome.Appended)) {
      throw new IllegalStateException(outcome.toString());
    }
    if (log.segmentCount() > 1) {
      log.retain(1, log.logEnd());
      logs.reap();
    }
    return outcome;
  }

  /** Deletes everything. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    log.close();
    logs.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
