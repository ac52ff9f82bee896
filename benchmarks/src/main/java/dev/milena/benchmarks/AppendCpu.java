package dev.milena.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What {@link AppendBenchmark} does, measured in the thread's own CPU time, so that a machine that
 * others load gives a figure too: {@code AppendCpu DIRECTORY}.
 */
public final class AppendCpu {
  private static final int BATCH_BYTES = 65_536;
  private static final int WARMUP = 40_000;
  private static final int APPENDS = 32_768;
  private static final int RUNS = 3;

  private AppendCpu() {}

  /** See above. */
  public static void main(String[] arguments) throws IOException {
    for (boolean direct : new boolean[] {true, false}) {
      AppendBenchmark benchmark = new AppendBenchmark();
      benchmark.directory = arguments[0];
      benchmark.batchBytes = BATCH_BYTES;
      benchmark.direct = direct;
      benchmark.open();
      append(benchmark, WARMUP);
      for (int run = 0; run < RUNS; run++) {
        measure(benchmark);
      }
      benchmark.close();
    }
  }

  private static void measure(AppendBenchmark benchmark) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long began = threads.getCurrentThreadCpuTime();
    append(benchmark, APPENDS);
    long nanos = threads.getCurrentThreadCpuTime() - began;
    System.out.printf(
        "direct %s: %.2f us of CPU for a batch, %.2f GB for a second of CPU%n",
        benchmark.direct, nanos / 1e3 / APPENDS, (double) BATCH_BYTES * APPENDS / nanos);
  }

  private static void append(AppendBenchmark benchmark, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      benchmark.append();
    }
  }
}
