package dev.milena.node.settings;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.milena.node.exit.CannotStart;
import dev.milena.node.exit.ExitCode;
import java.lang.management.ManagementFactory;

/**
 * How much memory buffers may take: as much as the heap, or less with {@code
 * -XX:MaxDirectMemorySize}, which bounds those outside it. A JVM that has no more of that throws an
 * OutOfMemoryError at whoever asked, and {@code -XX:+ExitOnOutOfMemoryError} does not hear of it: a
 * node would break connections, its own to the quorum too, for as long as the load lasts. So what
 * clients may have under way is bounded by it, and a bound that is too small ends the start.
 */
public final class BufferMemory {
  private static final String FLAG = "MaxDirectMemorySize";

  /** The door's least room, 64 MiB, and as much for pools, for the quorum and for disks. */
  static final long LEAST_BYTES = 128L << 20;

  private BufferMemory() {}

  /**
   * What the JVM that this runs in allows, in bytes.
   *
   * @throws CannotStart when that is too little
   */
  public static long ofThisProcess() throws CannotStart {
    String directBytes =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption(FLAG)
            .getValue();
    return of(Runtime.getRuntime().maxMemory(), Long.parseLong(directBytes));
  }

  /**
   * The same for a JVM with these bounds.
   *
   * @param directBytes 0: none was given, and it is that of the heap
   */
  static long of(long heapBytes, long directBytes) throws CannotStart {
    if (directBytes == 0) {
      return heapBytes;
    }
    if (directBytes < LEAST_BYTES) {
      throw new CannotStart(
          ExitCode.SETTING,
          "-XX:%s allows buffers %s bytes outside the heap, and a node needs %s (%sm): raise it in MILENA_JVM_OPTS, or leave it out, then it is as much as the heap"
              .formatted(FLAG, directBytes, LEAST_BYTES, LEAST_BYTES >> 20));
    }
    return Math.min(heapBytes, directBytes);
  }
}
