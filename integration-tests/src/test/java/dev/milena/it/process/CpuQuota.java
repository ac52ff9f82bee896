package dev.milena.it.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of one processor for a process, by a control group of its own; wants root on Linux, and
 * the first or the second kind of control groups.
 */
public final class CpuQuota {
  private static final Path FIRST_KIND = Path.of("/sys/fs/cgroup/cpu");
  private static final Path SECOND_KIND = Path.of("/sys/fs/cgroup");
  private static final int PERIOD_MICROS = 100_000;

  private final Path group;
  private final long pid;

  private CpuQuota(Path group, long pid) {
    this.group = group;
    this.pid = pid;
  }

  /** Skips the test where there is none. */
  public static void assumePossible() {
    assumeTrue(Files.isWritable(root().resolve("cgroup.procs")), "skipped: no control groups here");
  }

  private static Path root() {
    return Files.exists(FIRST_KIND.resolve("cpu.cfs_quota_us")) ? FIRST_KIND : SECOND_KIND;
  }

  /** From now on the process has so much of one processor. */
  public static CpuQuota of(long pid, int percent) throws IOException {
    Path group = root().resolve("milena-" + ProcessHandle.current().pid() + "-" + pid);
    Files.createDirectory(group);
    int micros = PERIOD_MICROS / 100 * percent;
    if (root().equals(FIRST_KIND)) {
      Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
      Files.writeString(group.resolve("cpu.cfs_quota_us"), Integer.toString(micros));
    } else {
      Files.writeString(root().resolve("cgroup.subtree_control"), "+cpu");
      Files.writeString(group.resolve("cpu.max"), micros + " " + PERIOD_MICROS);
    }
    CpuQuota quota = new CpuQuota(group, pid);
    quota.put(group);
    return quota;
  }

  /** It has as much as others again. */
  public void end() throws IOException {
    if (ProcessHandle.of(pid).isPresent()) {
      put(root());
    }
    Files.delete(group);
  }

  private void put(Path into) throws IOException {
    Files.writeString(into.resolve("cgroup.procs"), Long.toString(pid));
  }
}
