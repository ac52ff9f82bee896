package dev.milena.node.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What the process takes up of the machine. */
public final class ProcessMetrics {
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final int PAGE_BYTES = 4096;
  private static final int RESIDENT_WORD = 1;

  private ProcessMetrics() {}

  /** Registers all of them. */
  public static void register(NodeMetrics metrics) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    metrics.gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since 1970-01-01T00:00:00Z.",
        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
    metrics.gauge(
        "process_resident_memory_bytes",
        "Memory of the process that is in the machine's memory; 0 where the system does not say.",
        ProcessMetrics::residentBytes);
    metrics.gauge(
        "jvm_heap_used_bytes", "Heap in use.", () -> memory.getHeapMemoryUsage().getUsed());
    metrics.gauge(
        "jvm_heap_max_bytes", "The heap's bound.", () -> memory.getHeapMemoryUsage().getMax());
    metrics.gauge("jvm_threads", "Platform threads.", threads::getThreadCount);
    metrics.counter(
        "jvm_gc_seconds_total",
        "Time spent collecting garbage.",
        ProcessMetrics::collectingSeconds);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      metrics.counter(
          "process_cpu_seconds_total",
          "Processor time of the process.",
          () -> system.getProcessCpuTime() / (double) TimeUnit.SECONDS.toNanos(1));
      metrics.gauge(
          "process_open_fds", "Open files and sockets.", system::getOpenFileDescriptorCount);
      metrics.gauge(
          "process_max_fds",
          "How many files and sockets may be open.",
          system::getMaxFileDescriptorCount);
    }
  }

  private static double collectingSeconds() {
    long ms = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ms += Math.max(0, collector.getCollectionTime());
    }
    return ms / 1e3;
  }

  private static double residentBytes() {
    if (!Files.isReadable(STATM)) {
      return 0;
    }
    try {
      String[] words = Files.readString(STATM).split(" ", -1);
      return Double.parseDouble(words[RESIDENT_WORD]) * PAGE_BYTES;
    } catch (IOException gone) {
      return 0;
    }
  }
}
